import Learner
import Testing

@testable import Recommend

@Suite("Coach: spaced review")
struct SpacedReviewTests {
    private let day = 86_400.0

    @Test("Nothing is due at once, what was practised comes due later, the least retained first")
    func due() throws {
        var model = try LearnerModel(coefficients: .shipped(), questionCount: 40, skillCount: 4)
        var person = PersonState(coefficients: model.coefficients)
        for question in 0..<30 as Range<Int32> {
            try model.answer(
                &person, question: question, skills: SkillTags(question % 3), score: 1,
                seconds: 1e9 + Double(question % 3) * day)
        }
        let now = person.seconds
        let fresh = SpacedReview(person, model: model, seconds: now, retention: 0.3)
        #expect(fresh.due.isEmpty)
        let later = SpacedReview(person, model: model, seconds: now + 400 * day)
        #expect(Set(later.due.map(\.skill)) == [0, 1, 2])
        let retained = later.due.map(\.memory.retention)
        #expect(retained == retained.sorted())
        #expect(!later.due.contains { $0.skill == 3 })
    }

    @Test("What falls due within the days ahead is counted on its day, and then is due")
    func ahead() throws {
        var model = try LearnerModel(coefficients: .shipped(), questionCount: 4, skillCount: 1)
        var person = PersonState(coefficients: model.coefficients)
        try model.answer(&person, question: 0, skills: SkillTags(0), score: 1, seconds: 1e9)
        let review = SpacedReview(person, model: model, seconds: 1e9, masteredFrom: 0, daysAhead: 30)
        #expect(review.due.isEmpty)
        #expect(review.ahead.reduce(0, +) == 1)
        let place = try #require(review.ahead.firstIndex(of: 1))
        let then = SpacedReview(
            person, model: model, seconds: 1e9 + Double(place + 1) * day, secondsLeftToday: 0, masteredFrom: 0)
        #expect(then.due.map(\.skill) == [0])
        let before = SpacedReview(
            person, model: model, seconds: 1e9 + Double(place) * day - 60, secondsLeftToday: 0, masteredFrom: 0)
        #expect(before.due.isEmpty)
        let unlearned = SpacedReview(
            person, model: model, seconds: 1e9 + Double(place + 1) * day, masteredFrom: 0.99)
        #expect(unlearned.due.isEmpty)
    }
}
