import TestSupport
import Testing

@testable import Storage

/// Random events against a model that holds the pool to its invariants.
@Suite struct PoolModelTests {
    /// What an observer of the actions knows.
    private struct Model {
        var opening: Set<UInt64> = []
        var open: Set<UInt64> = []
        var leased: Set<UInt64> = []
        /// In order of arrival, with their deadlines.
        var waiting: [(waiter: UInt64, deadline: ContinuousClock.Instant)] = []

        mutating func apply(_ action: PoolState.Action, to state: PoolState) throws {
            switch action {
            case .open(let id):
                try #require(!opening.contains(id) && !open.contains(id))
                opening.insert(id)
                try #require(opening.count + open.count <= state.limits.connectionsMax)
            case .close(let id):
                try #require(open.remove(id) != nil, "closes what is not open")
                leased.remove(id)
            case .grant(let waiter, let id, _):
                try #require(open.contains(id))
                try #require(leased.insert(id).inserted, "leased twice")
                let index = try #require(waiting.firstIndex { $0.waiter == waiter }, "grants to who does not wait")
                try #require(index == 0, "not the first who waits")
                waiting.remove(at: index)
            case .refuse(let waiter, _):
                let index = try #require(waiting.firstIndex { $0.waiter == waiter }, "refuses who does not wait")
                waiting.remove(at: index)
            }
        }

        func check(_ state: PoolState, now: ContinuousClock.Instant) throws {
            try #require(state.leasedCount == leased.count)
            try #require(state.openCount == open.count)
            try #require(state.openingCount == opening.count)
            try #require(state.idleCount == open.count - leased.count)
            try #require(state.waitingCount == waiting.count)
            try #require(waiting.isEmpty || state.idleCount == 0, "somebody waits beside an idle connection")
            try #require(waiting.isEmpty || state.nextDeadline != nil, "a waiter is forgotten")
            if let first = waiting.first, let next = state.nextDeadline { try #require(next <= first.deadline) }
        }
    }

    @Test(arguments: 1...40)
    func keepsItsInvariants(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var now = ContinuousClock.now
        let limits = PoolState.Limits(
            size: Int.random(in: 1...4, using: &generator), overflow: Int.random(in: 0...3, using: &generator),
            connectionsMin: 1, waitersMax: 6, recycleAfter: .seconds(20), pingAfterIdle: .seconds(2))
        var state = PoolState(limits: limits)
        var model = Model()
        var lastWaiter: UInt64 = 0
        do {
            for _ in 0..<800 {
                now = now.advanced(by: .milliseconds(Int.random(in: 0...400, using: &generator)))
                let actions = event(&state, &model, &lastWaiter, now: now, &generator)
                for action in actions { try model.apply(action, to: state) }
                try model.check(state, now: now)
                let expired = state.tick(now: now)
                for action in expired { try model.apply(action, to: state) }
                try #require(model.waiting.allSatisfy { $0.deadline > now }, "waits beyond the deadline")
            }
            try drain(&state, &model, now: now)
        } catch {
            Issue.record("seed \(seed): \(error)")
        }
    }

    private func event(
        _ state: inout PoolState, _ model: inout Model, _ lastWaiter: inout UInt64, now: ContinuousClock.Instant,
        _ generator: inout SeededGenerator
    ) -> [PoolState.Action] {
        switch Int.random(in: 0..<12, using: &generator) {
        case 0...3:
            lastWaiter += 1
            let deadline = now.advanced(by: .seconds(3))
            model.waiting.append((lastWaiter, deadline))
            return state.acquire(lastWaiter, deadline: deadline, now: now)
        case 4, 5:
            guard let id = model.opening.sorted().randomElement(using: &generator) else { return [] }
            model.opening.remove(id)
            model.open.insert(id)
            return state.opened(id, now: now)
        case 6:
            guard let id = model.opening.sorted().randomElement(using: &generator) else { return [] }
            model.opening.remove(id)
            return state.openFailed(id, now: now, jitter: .random(in: 0...1, using: &generator))
        case 7...9:
            guard let id = model.leased.sorted().randomElement(using: &generator) else { return [] }
            model.leased.remove(id)
            return state.release(id, isReusable: Int.random(in: 0..<5, using: &generator) > 0, now: now)
        case 10:
            if let given = model.waiting.randomElement(using: &generator), state.abandon(given.waiter) {
                model.waiting.removeAll { $0.waiter == given.waiter }
            }
            return []
        default:
            guard let id = model.open.sorted().randomElement(using: &generator) else { return state.maintain(now: now) }
            return state.broke(id, now: now)
        }
    }

    private func drain(_ state: inout PoolState, _ model: inout Model, now: ContinuousClock.Instant) throws {
        for action in state.shutDown() { try model.apply(action, to: state) }
        try #require(model.waiting.isEmpty)
        for id in model.opening.sorted() {
            model.opening.remove(id)
            model.open.insert(id)
            for action in state.opened(id, now: now) { try model.apply(action, to: state) }
        }
        for id in model.leased.sorted() {
            model.leased.remove(id)
            for action in state.release(id, isReusable: true, now: now) { try model.apply(action, to: state) }
        }
        try #require(state.isDrained && model.open.isEmpty)
    }
}
