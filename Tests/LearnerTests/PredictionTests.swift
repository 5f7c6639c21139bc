import Learner
import Testing

@Suite("Predictions")
struct PredictionTests {
    private let skill = SkillTags(0)

    private func model(questions: Int = 40, skills: Int = 4) throws -> LearnerModel {
        try LearnerModel(coefficients: Fixtures.coefficients(), questionCount: questions, skillCount: skills)
    }

    @Test("More good answers raise the prediction, poor ones lower it, for every skill of a question")
    func monotonic() throws {
        var model = try model()
        let tags = try SkillTags([0, 1])
        var able = PersonState(coefficients: model.coefficients)
        var other = able
        let before = model.predict(able, question: 39, skills: tags).probability
        for question in 0..<10 as Range<Int32> {
            try model.answer(&able, question: question, skills: tags, score: 1)
            try model.answer(&other, question: question, skills: tags, score: 0)
            let high = model.predict(able, question: 39, skills: tags).probability
            let low = model.predict(other, question: 39, skills: tags).probability
            #expect(high > low)
        }
        #expect(model.predict(able, question: 39, skills: tags).probability > before)
        #expect(model.predict(other, question: 39, skills: tags).probability < before)
        for skill in 0..<2 as Range<Int32> {
            let high = model.predict(able, question: nil, skills: SkillTags(skill)).probability
            #expect(high > model.predict(other, question: nil, skills: SkillTags(skill)).probability)
        }
    }

    @Test("A graded score counts between a poor and a full one")
    func graded() throws {
        var results: [Float] = []
        for score: Float in [0, 0.3, 0.6, 1] {
            var model = try model()
            var person = PersonState(coefficients: model.coefficients)
            for question in 0..<5 as Range<Int32> {
                try model.answer(&person, question: question, skills: skill, score: score)
            }
            results.append(person.ability.mean)
        }
        #expect(results == results.sorted())
        #expect(Set(results).count == 4)
    }

    @Test("Predictions stay within the floors, and intervals around them narrow with answers")
    func floorsAndIntervals() throws {
        var model = try model()
        let learning = model.coefficients.learning
        var person = PersonState(coefficients: model.coefficients)
        let first = model.predict(person, question: 0, skills: skill)
        for round in 0..<400 {
            let prediction = try model.answer(
                &person, question: Int32(round % 40), skills: skill, score: round < 200 ? 1 : 0)
            #expect(prediction.probability >= learning.guessFloor)
            #expect(prediction.probability <= 1 - learning.slipFloor)
            #expect(prediction.lower <= prediction.probability && prediction.probability <= prediction.upper)
        }
        #expect(person.ability.variance < model.coefficients.beliefs.abilityVariance)
        let last = model.predict(person, question: 0, skills: skill)
        #expect(last.upper - last.lower < first.upper - first.lower)
    }

    @Test("Declared levels, strengths and labels order first predictions, and answers overcome them")
    func priors() throws {
        var model = try model()
        let coefficients = model.coefficients
        let levels = PersonPrior.Level.allCases.map { level in
            model.predict(
                PersonState(prior: PersonPrior(level: level), coefficients: coefficients), question: 0, skills: skill
            ).probability
        }
        #expect(levels == levels.sorted())
        let strong = PersonState(prior: PersonPrior(strengths: [0], weaknesses: [1]), coefficients: coefficients)
        let mastery = model.mastery(strong, skills: [0, 1, 2])
        #expect(mastery.map(\.skill) == [1, 2, 0])
        var easier = model
        easier[0] = QuestionState(label: .easy, coefficients: coefficients)
        easier[1] = QuestionState(label: .hard, coefficients: coefficients)
        let plain = PersonState(coefficients: coefficients)
        #expect(
            easier.predict(plain, question: 0, skills: skill).probability
                > easier.predict(plain, question: 1, skills: skill).probability)

        var expert = PersonState(prior: PersonPrior(level: .expert), coefficients: coefficients)
        var beginner = PersonState(prior: PersonPrior(level: .beginner), coefficients: coefficients)
        let gap = expert.ability.mean - beginner.ability.mean
        for question in 0..<30 as Range<Int32> {
            let score: Float = question % 3 == 0 ? 0 : 1
            try model.answer(&expert, question: question, skills: skill, score: score)
            try model.answer(&beginner, question: question, skills: skill, score: score)
        }
        #expect(abs(expert.ability.mean - beginner.ability.mean) < gap / 2)
    }

    @Test("One surprising answer to a well-known question moves it less than to a new one")
    func shrinkage() throws {
        var model = try model()
        for _ in 0..<200 {
            var person = PersonState(coefficients: model.coefficients)
            try model.answer(&person, question: 0, skills: skill, score: 1)
        }
        let known = model[0].ease.mean
        let new = model[1].ease.mean
        var person = PersonState(coefficients: model.coefficients)
        try model.answer(&person, question: 0, skills: skill, score: 0)
        var another = PersonState(coefficients: model.coefficients)
        try model.answer(&another, question: 1, skills: skill, score: 0)
        #expect(known - model[0].ease.mean < new - model[1].ease.mean)
    }

    @Test("Skills are forgotten with time; a good answer late lengthens the half-life more than one at once")
    func memory() throws {
        var model = try model()
        var person = PersonState(coefficients: model.coefficients)
        #expect(model.memory(person, skill: 0, seconds: 0) == nil)
        for question in 0..<5 as Range<Int32> {
            try model.answer(&person, question: question, skills: skill, score: 1, seconds: Double(question) * 60)
        }
        let fresh = try #require(model.memory(person, skill: 0, seconds: 240))
        let late = try #require(model.memory(person, skill: 0, seconds: 240 + 20 * 86_400))
        #expect(fresh.retention > 0.999)
        #expect(late.retention < fresh.retention)
        #expect(fresh.daysUntilDue > 0)
        #expect(late.daysUntilDue < fresh.daysUntilDue)
        let due = 240 + Double(fresh.daysUntilDue) * 86_400
        let atDue = try #require(model.memory(person, skill: 0, seconds: due))
        #expect(abs(atDue.retention - 0.7) < 0.01)
        var atOnce = person
        var rested = person
        try model.answer(&atOnce, question: 9, skills: skill, score: 1, seconds: 300)
        try model.answer(&rested, question: 9, skills: skill, score: 1, seconds: 300 + 20 * 86_400)
        let short = try #require(model.memory(atOnce, skill: 0, seconds: 300))
        let long = try #require(model.memory(rested, skill: 0, seconds: 300 + 20 * 86_400))
        #expect(long.halfLifeDays > short.halfLifeDays)
        let soon = model.predict(person, question: 20, skills: skill, seconds: 300)
        let later = model.predict(person, question: 20, skills: skill, seconds: 300 + 60 * 86_400)
        #expect(later.probability < soon.probability)
    }

    @Test("Scores outside 0 to 1 and bad tags are refused, and nothing has changed then")
    func refused() throws {
        var model = try model()
        let before = model
        var person = PersonState(coefficients: model.coefficients)
        for score: Float in [-0.1, 1.1, .nan, .infinity] {
            #expect(throws: LearnerInputError.self) {
                try model.answer(&person, question: 0, skills: skill, score: score)
            }
        }
        #expect(model == before)
        #expect(person == PersonState(coefficients: model.coefficients))
        #expect(throws: LearnerInputError.self) { try SkillTags([Int32]()) }
        #expect(throws: LearnerInputError.self) { try SkillTags([-1]) }
        #expect(throws: LearnerInputError.self) { try SkillTags(0..<9) }
        #expect(try SkillTags([3, 3, 3]).count == 1)
    }
}
