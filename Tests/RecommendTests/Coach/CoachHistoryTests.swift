import Testing

@testable import Recommend

@Suite("Coach: history")
struct CoachHistoryTests {
    @Test("A question rests after an answer, longer after a good one, and a closed one for ever")
    func rests() {
        let day = 86_400.0
        let history = CoachHistory(
            answers: [1: .init(score: 0.2, seconds: 0), 2: .init(score: 0.9, seconds: 0)], closed: [3])
        #expect(history.excludes(1, seconds: 0.9 * day) && !history.excludes(1, seconds: 1.1 * day))
        #expect(history.excludes(2, seconds: 29 * day) && !history.excludes(2, seconds: 31 * day))
        #expect(history.excludes(3, seconds: 1e6 * day))
        #expect(!history.excludes(4, seconds: 0))
    }
}
