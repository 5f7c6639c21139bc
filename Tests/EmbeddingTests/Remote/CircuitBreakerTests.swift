import TestSupport
import Testing

@testable import Embedding

@Suite struct CircuitBreakerTests {
    private static func limits() -> CircuitBreaker.Limits {
        var limits = CircuitBreaker.Limits()
        limits.failuresInRowMax = 3
        limits.failureShareMax = 0.5
        limits.windowCallsMin = 10
        limits.window = .seconds(10)
        limits.openDuration = .seconds(4)
        limits.openDurationMax = .seconds(10)
        limits.jitterShare = 0
        return limits
    }

    /// A breaker with a generator and shorthand for calls that are permitted and end at once.
    private struct Bench {
        var breaker: CircuitBreaker
        var generator = SeededGenerator(seed: 1)

        init(_ limits: CircuitBreaker.Limits = limits()) { breaker = CircuitBreaker(limits: limits) }

        mutating func permit(_ seconds: Double) -> CircuitBreaker.Permit? {
            guard case .allowed(let permit) = breaker.admit(now: .seconds(seconds)) else { return nil }
            return permit
        }

        mutating func end(_ permit: CircuitBreaker.Permit?, _ outcome: CircuitBreaker.Outcome, _ seconds: Double) {
            guard let permit else {
                Issue.record("the call at \(seconds) s was refused")
                return
            }
            breaker.record(outcome, for: permit, now: .seconds(seconds), using: &generator)
        }

        mutating func call(_ outcome: CircuitBreaker.Outcome, _ seconds: Double) {
            end(permit(seconds), outcome, seconds)
        }

        func state(_ seconds: Double) -> CircuitBreaker.State { breaker.state(now: .seconds(seconds)) }
    }

    @Test func opensAfterFailuresInARow() {
        var bench = Bench()
        bench.call(.failure(), 0)
        bench.call(.failure(), 0)
        bench.call(.success, 0)
        bench.call(.failure(), 0)
        bench.call(.neutral, 0)
        bench.call(.failure(), 0)
        #expect(bench.state(0) == .closed, "a success began the row anew")
        bench.call(.failure(), 1)
        #expect(bench.state(1) == .open && bench.breaker.openedCount == 1)
        #expect(bench.breaker.admit(now: .seconds(2)) == .refused(retryAfter: .seconds(3)))
        #expect(bench.state(5) == .halfOpen)
    }

    @Test func opensAtAShareOfFailures() {
        var bench = Bench()
        for second in 0..<4 {
            bench.call(.failure(), Double(second))
            bench.call(.success, Double(second))
        }
        #expect(bench.state(4) == .closed, "8 calls are too few to tell")
        bench.call(.success, 4)
        bench.call(.failure(), 4)
        #expect(bench.state(4) == .open, "5 of 10 failed")
    }

    @Test func forgetsWhatLeftTheWindow() {
        var bench = Bench()
        for _ in 0..<4 {
            bench.call(.failure(), 0)
            bench.call(.success, 0)
        }
        bench.call(.success, 10)
        bench.call(.failure(), 10)
        #expect(bench.state(10) == .closed, "only 2 calls are in the window")
    }

    @Test func letsOneProbeThroughAndClosesAfterItsSuccess() {
        var bench = Bench()
        for _ in 0..<3 { bench.call(.failure(), 0) }
        let probe = bench.permit(4)
        #expect(probe?.isProbe == true && bench.permit(4) == nil, "one probe at a time")
        bench.end(probe, .success, 5)
        #expect(bench.state(5) == .closed)
        bench.call(.failure(), 5)
        #expect(bench.state(5) == .closed, "the row of failures began anew")
    }

    @Test func staysOpenTwiceAsLongAfterEachFailedProbe() {
        var bench = Bench()
        for _ in 0..<3 { bench.call(.failure(), 0) }
        bench.call(.failure(), 4)
        #expect(bench.breaker.admit(now: .seconds(4)) == .refused(retryAfter: .seconds(8)))
        bench.call(.failure(), 12)
        #expect(bench.breaker.admit(now: .seconds(12)) == .refused(retryAfter: .seconds(10)), "up to the limit")
        bench.call(.success, 22)
        for _ in 0..<3 { bench.call(.failure(), 22) }
        #expect(bench.breaker.admit(now: .seconds(22)) == .refused(retryAfter: .seconds(4)), "from the start again")
    }

    @Test func aProbeThatSaysNothingMakesRoom() {
        var bench = Bench()
        for _ in 0..<3 { bench.call(.failure(), 0) }
        bench.call(.neutral, 4)
        #expect(bench.state(4) == .halfOpen)
        bench.call(.success, 4)
        #expect(bench.state(4) == .closed)
    }

    @Test func ignoresWhatEndsAfterAChangeOfState() {
        var bench = Bench()
        let slow = bench.permit(0)
        let slower = bench.permit(0)
        for _ in 0..<3 { bench.call(.failure(), 0) }
        bench.end(slow, .success, 1)
        #expect(bench.state(1) == .open, "an old success does not close it")
        let probe = bench.permit(4)
        bench.end(slower, .failure(), 4)
        bench.end(probe, .success, 4)
        #expect(bench.state(4) == .closed, "an old failure does not end the probe")
        bench.end(probe, .failure(), 4)
        #expect(bench.state(4) == .closed, "a permit counts once")
    }

    @Test func mindsWhatTheOtherSideAsksFor() {
        var bench = Bench()
        bench.call(.failure(), 0)
        bench.call(.failure(), 0)
        bench.call(.failure(retryAfter: .seconds(7)), 0)
        #expect(bench.breaker.admit(now: .zero) == .refused(retryAfter: .seconds(7)))
        bench.call(.failure(retryAfter: .seconds(1_000)), 7)
        #expect(bench.breaker.admit(now: .seconds(7)) == .refused(retryAfter: .seconds(10)), "up to the limit")
    }

    @Test(arguments: [1, 2, 3, 4]) func addsJitter(seed: UInt64) {
        var limits = Self.limits()
        limits.jitterShare = 0.5
        var bench = Bench(limits)
        bench.generator = SeededGenerator(seed: seed)
        for _ in 0..<3 { bench.call(.failure(), 0) }
        guard case .refused(let pause) = bench.breaker.admit(now: .zero) else {
            Issue.record("seed \(seed): it is closed")
            return
        }
        #expect(pause > .seconds(4) && pause <= .seconds(6), "seed \(seed)")
    }

    /// Random calls that overlap: whatever happens, calls are refused while it is open, and one probe runs at most.
    @Test(arguments: [11, 12, 13, 14, 15]) func keepsItsPromisesInAnyOrder(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var bench = Bench()
        var seconds = 0.0
        var under: [CircuitBreaker.Permit] = []
        var states: Set<CircuitBreaker.State> = []
        for step in 0..<5_000 {
            seconds += generator.chance(0.5) ? 0 : Double(generator.below(20)) / 10
            let before = bench.state(seconds)
            states.insert(before)
            if under.isEmpty || generator.chance(0.5) {
                guard let permit = bench.permit(seconds) else {
                    #expect(before != .closed, "seed \(seed), step \(step): refused while closed")
                    continue
                }
                #expect(before != .open, "seed \(seed), step \(step): allowed while open")
                #expect(permit.isProbe == (before == .halfOpen), "seed \(seed), step \(step)")
                under.append(permit)
                #expect(under.count(where: \.isProbe) <= 1, "seed \(seed), step \(step): two probes at once")
            } else {
                let permit = under.remove(at: generator.below(under.count))
                let failureShare = step / 1_000 % 2 == 0 ? 0.1 : 0.8
                let outcome: CircuitBreaker.Outcome =
                    generator.chance(0.1) ? .neutral : generator.chance(failureShare) ? .failure() : .success
                bench.end(permit, outcome, seconds)
            }
        }
        #expect(states == [.closed, .open, .halfOpen] && bench.breaker.openedCount > 5, "seed \(seed)")
    }
}
