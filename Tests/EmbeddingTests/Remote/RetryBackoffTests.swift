import TestSupport
import Testing

@testable import Embedding

@Suite struct RetryBackoffTests {
    private let backoff = RetryBackoff(base: .milliseconds(500), pauseMax: .seconds(10))

    @Test func doublesItsCeilingUpToTheMaximum() {
        let ceilings = (1...7).map { backoff.ceiling(afterFailures: $0) }
        #expect(ceilings == [0.5, 1, 2, 4, 8, 10, 10].map { .seconds($0) })
        #expect(backoff.ceiling(afterFailures: .max) == .seconds(10))
        let long = RetryBackoff(base: .seconds(1), pauseMax: .seconds(Int64.max))
        #expect(long.ceiling(afterFailures: 200) == .seconds(Int64.max), "no overflow")
    }

    @Test(arguments: [1, 7, 42]) func drawsEvenlyFromNothingToTheCeiling(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let pauses = (0..<2_000).map { _ in backoff.pause(afterFailures: 3, using: &generator) / .seconds(2) }
        #expect(pauses.allSatisfy { (0...1).contains($0) })
        for quarter in 0..<4 {
            let count = pauses.count { $0 >= Double(quarter) / 4 && $0 < Double(quarter + 1) / 4 }
            #expect((400...600).contains(count), "seed \(seed): \(count) of 2000 in quarter \(quarter)")
        }
    }

    @Test func givesTheSamePausesForTheSameSeed() {
        func pauses(_ seed: UInt64) -> [Duration] {
            var generator = SeededGenerator(seed: seed)
            return (1...5).map { backoff.pause(afterFailures: $0, using: &generator) }
        }
        #expect(pauses(3) == pauses(3) && pauses(3) != pauses(4))
    }

    @Test func policyWaitsForAdviceWithinItsBounds() {
        var generator = SeededGenerator(seed: 5)
        let policy = RetryPolicy(attemptsMax: 3, backoff: backoff, adviceMax: .seconds(30))
        func pause(_ attempts: Int, _ advice: Duration?, _ remaining: Duration) -> Duration? {
            policy.pause(afterAttempts: attempts, advice: advice, remaining: remaining, using: &generator)
        }
        let advised = pause(1, .seconds(3), .seconds(60))
        #expect(advised.map { $0 >= .seconds(3) && $0 <= .seconds(3.5) } ?? false)
        #expect(pause(2, nil, .seconds(60)).map { $0 <= .seconds(1) } ?? false)
        #expect(pause(3, nil, .seconds(60)) == nil, "the third attempt was the last")
        #expect(pause(1, .seconds(31), .seconds(60)) == nil, "too long to wait for")
        #expect(pause(1, .seconds(3), .seconds(3)) == nil, "the time would be over")
    }
}
