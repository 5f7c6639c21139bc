import Learner
import Testing

@Suite("Steps that make models the same without the people")
struct LearnerStepTests {
    @Test("A model that takes the steps is the model that saw the people, bit for bit", arguments: [1, 2] as [UInt64])
    func sameModel(seed: UInt64) throws {
        let coefficients = try Fixtures.coefficients()
        let log = try Fixtures.population(seed: seed, people: 60).generate().log
        var seeing = try LearnerModel(coefficients: coefficients)
        var following = try LearnerModel(coefficients: coefficients)
        var people = (0..<log.personCount).map { _ in PersonState(coefficients: coefficients) }
        for row in log.rows {
            var person = people[Int(row.person)]
            let label = DifficultyLabel.allCases[Int(row.question) % 3]
            let step = LearnerStep(
                question: row.question, label: label, skills: row.skills, score: row.score,
                seconds: row.seconds.isNaN ? person.seconds + 60 : row.seconds, person: person)
            try seeing.meet(question: row.question, label: label, skills: row.skills)
            let expected = seeing.question(after: step)
            var reviewed = person
            try seeing.review(
                &reviewed, question: row.question, skills: row.skills, score: row.score, seconds: step.seconds)
            try seeing.answer(
                &person, question: row.question, skills: row.skills, score: row.score, seconds: step.seconds)
            #expect(seeing[row.question] == expected && person == reviewed, "seed \(seed)")
            people[Int(row.person)] = person
            // As it comes out of a database.
            let stored = try PersonState(
                bytes: step.person.bytes(coefficients: coefficients), coefficients: coefficients)
            try following.take(
                LearnerStep(
                    question: step.question, label: step.label, skills: step.skills, score: step.score,
                    seconds: step.seconds, person: stored))
        }
        #expect(seeing.bytes() == following.bytes(), "seed \(seed)")
    }

    @Test("A label counts until the first answer")
    func label() throws {
        let coefficients = try Fixtures.coefficients()
        var model = try LearnerModel(coefficients: coefficients)
        try model.meet(question: 3, label: .hard, skills: SkillTags(2))
        #expect(model.questionCount == 4 && model.skillCount == 3)
        let hard = model[3]
        try model.meet(question: 3, label: .easy, skills: SkillTags(2))
        #expect(model[3].ease.mean > hard.ease.mean)
        let step = LearnerStep(
            question: 3, label: .easy, skills: SkillTags(2), score: 1, seconds: 5,
            person: PersonState(coefficients: coefficients))
        try model.take(step)
        let answered = model[3]
        try model.meet(question: 3, label: .hard, skills: SkillTags(2))
        #expect(model[3] == answered)
        let wrong = LearnerStep(
            question: 3, label: nil, skills: SkillTags(2), score: 7, seconds: 5,
            person: PersonState(coefficients: coefficients))
        #expect(throws: LearnerInputError.score(7)) { try model.take(wrong) }
        #expect(model[3] == answered)
    }
}
