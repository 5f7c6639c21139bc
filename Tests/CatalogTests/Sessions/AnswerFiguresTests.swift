import Testing

@testable import Catalog

@Suite struct AnswerFiguresTests {
    /// Few enough, that writes of the index grow with the logarithm; often enough, that it is never far off.
    @Test func theIndexHearsOfAQuestionAsItsFiguresGrow() {
        var told = 0
        var last = 0
        for count in 1...100_000 where AnswerFigures.isAnnounced(at: count) {
            #expect(count - last <= max(1, count / 8), "\(last) to \(count)")
            last = count
            told += 1
        }
        #expect((50...200).contains(told))
    }
}
