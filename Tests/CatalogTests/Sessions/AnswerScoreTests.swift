import Catalog
import Testing

@Suite struct AnswerScoreTests {
    @Test func scoresOfBothScalesAreOne() throws {
        #expect(try AnswerScore(7.5, scale: 10).points == 75)
        #expect(try AnswerScore(75).hundredths == 7_500)
        #expect(try AnswerScore(33.335).hundredths == 3_334)
        #expect(try AnswerScore(0).isSuccess == false)
        #expect(try AnswerScore(50).isSuccess)
    }

    @Test func aRubricIsTheMeanOfItsScores() throws {
        #expect(try AnswerScore(rubric: ["clarity": 8, "depth": 5], scale: 10).points == 65)
        #expect(try AnswerScore(rubric: ["a": 100, "b": 0, "c": 0]).hundredths == 3_333)
        #expect(throws: ValidationError.self) { try AnswerScore(rubric: [:]) }
        let error = #expect(throws: ValidationError.self) { try AnswerScore(rubric: ["depth": 11], scale: 10) }
        #expect(error?.issues.map(\.field) == [["score", "depth"]])
    }

    @Test(arguments: [-0.01, 100.01, .nan, .infinity])
    func whatLiesOutsideIsRefused(points: Double) {
        #expect(throws: ValidationError.self) { try AnswerScore(points) }
        #expect(throws: ValidationError.self) { try AnswerScore(5, scale: 7) }
    }
}
