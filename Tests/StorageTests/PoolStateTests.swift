import Testing

@testable import Storage

@Suite struct PoolStateTests {
    private let start = ContinuousClock.now

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }

    private func pool(
        size: Int = 2, overflow: Int = 1, min: Int = 0, waitersMax: Int = 100, recycle: Double = 3_600,
        ping: Double? = 15
    ) -> PoolState {
        PoolState(
            limits: PoolState.Limits(
                size: size, overflow: overflow, connectionsMin: min, waitersMax: waitersMax,
                recycleAfter: .seconds(recycle), pingAfterIdle: ping.map { .seconds($0) }))
    }

    @Test func opensForTheFirstCallerAndReusesAfter() {
        var state = pool()
        #expect(state.acquire(1, deadline: at(30), now: at(0)) == [.open(1)])
        #expect(state.opened(1, now: at(0)) == [.grant(1, 1, needsPing: false)])
        #expect(state.release(1, isReusable: true, now: at(1)) == [])
        #expect(state.acquire(2, deadline: at(30), now: at(2)) == [.grant(2, 1, needsPing: false)])
        #expect(state.leasedCount == 1 && state.openCount == 1 && state.acquiredTotal == 2)
    }

    @Test func opensOverflowAndClosesItWhenIdle() {
        var state = pool(size: 1, overflow: 1)
        _ = state.acquire(1, deadline: at(30), now: at(0))
        _ = state.acquire(2, deadline: at(30), now: at(0))
        #expect(state.acquire(3, deadline: at(30), now: at(0)) == [], "no more than size and overflow")
        #expect(state.opened(1, now: at(0)) == [.grant(1, 1, needsPing: false)])
        #expect(state.opened(2, now: at(0)) == [.grant(2, 2, needsPing: false)])
        #expect(state.release(1, isReusable: true, now: at(1)) == [.grant(3, 1, needsPing: false)])
        #expect(state.release(2, isReusable: true, now: at(1)) == [.close(2)])
        #expect(state.release(1, isReusable: true, now: at(1)) == [])
        #expect(state.idleCount == 1)
    }

    @Test func servesWaitersInOrderAndPassesOverThoseThatGaveUp() {
        var state = pool(size: 1, overflow: 0)
        _ = state.acquire(1, deadline: at(30), now: at(0))
        _ = state.opened(1, now: at(0))
        for waiter in 2...4 { #expect(state.acquire(UInt64(waiter), deadline: at(30), now: at(0)) == []) }
        #expect(state.abandon(2) == true)
        #expect(state.abandon(2) == false)
        #expect(state.release(1, isReusable: true, now: at(1)) == [.grant(3, 1, needsPing: false)])
        #expect(state.acquire(5, deadline: at(30), now: at(1), isReturning: true) == [])
        #expect(state.release(1, isReusable: true, now: at(1)) == [.grant(5, 1, needsPing: false)])
        #expect(state.release(1, isReusable: true, now: at(1)) == [.grant(4, 1, needsPing: false)])
    }

    @Test func refusesWhoWaitedTooLongAndWhoFindsTheQueueFull() {
        var state = pool(size: 1, overflow: 0, waitersMax: 2)
        _ = state.acquire(1, deadline: at(30), now: at(0))
        _ = state.opened(1, now: at(0))
        _ = state.acquire(2, deadline: at(5), now: at(0))
        _ = state.acquire(3, deadline: at(6), now: at(1))
        #expect(state.acquire(4, deadline: at(6), now: at(1)) == [.refuse(4, .queueFull)])
        #expect(state.nextDeadline == at(5))
        #expect(state.tick(now: at(4.9)) == [])
        #expect(state.tick(now: at(5)) == [.refuse(2, .timeout)])
        #expect(state.nextDeadline == at(6))
        #expect(state.timedOutTotal == 1)
        #expect(state.acquire(5, deadline: at(5), now: at(5)) == [.refuse(5, .timeout)])
    }

    @Test func asksOnlyTheLongIdleForASignOfLife() {
        var state = pool(ping: 15)
        _ = state.acquire(1, deadline: at(30), now: at(0))
        _ = state.opened(1, now: at(0))
        _ = state.release(1, isReusable: true, now: at(0))
        #expect(state.acquire(2, deadline: at(99), now: at(15)) == [.grant(2, 1, needsPing: false)])
        _ = state.release(1, isReusable: true, now: at(15))
        #expect(state.acquire(3, deadline: at(99), now: at(31)) == [.grant(3, 1, needsPing: true)])
        var trusting = pool(ping: nil)
        _ = trusting.acquire(1, deadline: at(30), now: at(0))
        _ = trusting.opened(1, now: at(0))
        _ = trusting.release(1, isReusable: true, now: at(0))
        #expect(trusting.acquire(2, deadline: at(9_999), now: at(3_000)) == [.grant(2, 1, needsPing: false)])
    }

    @Test func replacesTheOldAndKeepsTheMinimum() {
        var state = pool(size: 2, overflow: 0, min: 1, recycle: 60)
        #expect(state.tick(now: at(0)) == [], "before the housekeeping starts nothing is opened unasked")
        #expect(state.maintain(now: at(0)) == [.open(1)])
        #expect(state.opened(1, now: at(0)) == [])
        #expect(state.maintain(now: at(60)) == [])
        #expect(state.maintain(now: at(61)) == [.close(1), .open(2)])
        #expect(state.opened(2, now: at(61)) == [])
        #expect(state.acquire(1, deadline: at(200), now: at(125)) == [.close(2), .open(3)], "too old when asked for")
        #expect(state.opened(3, now: at(125)) == [.grant(1, 3, needsPing: false)])
        #expect(state.release(3, isReusable: true, now: at(190)) == [.close(3), .open(4)], "too old when given back")
    }

    @Test func tellsEverybodyWhenNoConnectionCanBeOpened() {
        var state = pool(size: 2, overflow: 0)
        #expect(state.acquire(1, deadline: at(30), now: at(0)) == [.open(1)])
        #expect(state.acquire(2, deadline: at(30), now: at(0)) == [.open(2)])
        #expect(state.acquire(3, deadline: at(30), now: at(0)) == [])
        #expect(state.openFailed(1, now: at(0), jitter: 1) == [], "another is on its way")
        #expect(
            state.openFailed(2, now: at(0), jitter: 1)
                == [.refuse(1, .openFailed), .refuse(2, .openFailed), .refuse(3, .openFailed)])
        #expect(state.acquire(4, deadline: at(30), now: at(0.1)) == [], "backs off")
        #expect(state.nextDeadline == at(0.2))
        #expect(state.tick(now: at(0.2)) == [.open(3)], "one attempt at a time")
        #expect(state.acquire(5, deadline: at(30), now: at(0.2)) == [])
        #expect(state.opened(3, now: at(0.3)) == [.grant(4, 3, needsPing: false), .open(4)])
    }

    @Test func waitsForTheLeasedWhenNoMoreCanBeOpened() {
        var state = pool(size: 2, overflow: 0)
        _ = state.acquire(1, deadline: at(30), now: at(0))
        _ = state.opened(1, now: at(0))
        #expect(state.acquire(2, deadline: at(30), now: at(0)) == [.open(2)])
        #expect(state.openFailed(2, now: at(0), jitter: 0) == [])
        #expect(state.release(1, isReusable: true, now: at(0.01)) == [.grant(2, 1, needsPing: false)])
    }

    @Test func closesBrokenConnectionsAndOpensOthersForWhoWaits() {
        var state = pool(size: 1, overflow: 0)
        _ = state.acquire(1, deadline: at(30), now: at(0))
        _ = state.opened(1, now: at(0))
        _ = state.acquire(2, deadline: at(30), now: at(0))
        #expect(state.broke(1, now: at(0)) == [], "its holder gives it back")
        #expect(state.release(1, isReusable: false, now: at(0)) == [.close(1), .open(2)])
        _ = state.opened(2, now: at(0))
        _ = state.release(2, isReusable: true, now: at(0))
        #expect(state.broke(2, now: at(0)) == [.close(2)])
        #expect(state.broke(2, now: at(0)) == [])
    }

    @Test func shutsDown() {
        var state = pool(size: 1, overflow: 1, min: 1)
        _ = state.acquire(1, deadline: at(30), now: at(0))
        _ = state.acquire(2, deadline: at(30), now: at(0))
        _ = state.opened(1, now: at(0))
        #expect(state.shutDown() == [.refuse(2, .shutDown)])
        #expect(!state.isDrained)
        #expect(state.acquire(3, deadline: at(30), now: at(0)) == [.refuse(3, .shutDown)])
        #expect(state.opened(2, now: at(1)) == [.close(2)])
        #expect(state.release(1, isReusable: true, now: at(1)) == [.close(1)])
        #expect(state.isDrained)
        #expect(state.maintain(now: at(2)) == [])
        #expect(state.nextDeadline == nil)
    }
}
