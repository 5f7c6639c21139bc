import Foundation
import Learner
import Testing

@Suite("Replay and stored states")
struct ReplayTests {
    @Test("The same log gives the same states and predictions, bit for bit", arguments: [1, 2, 3] as [UInt64])
    func deterministic(seed: UInt64) throws {
        let coefficients = try Fixtures.coefficients()
        let log = try Fixtures.population(seed: seed).generate().log
        let first = try Fixtures.replay(log, coefficients)
        let second = try Fixtures.replay(log, coefficients)
        #expect(first.model.bytes() == second.model.bytes(), "seed \(seed)")
        #expect(first.people == second.people, "seed \(seed)")
        #expect(first.predictions == second.predictions, "seed \(seed)")
    }

    @Test("Storing and reading every state in the middle of a log changes nothing after it")
    func roundTrip() throws {
        let coefficients = try Fixtures.coefficients()
        let log = try Fixtures.population(seed: 4).generate().log
        let whole = try Fixtures.replay(log, coefficients)
        var firstHalf = log
        firstHalf.rows = Array(log.rows.prefix(log.rows.count / 2))
        let half = try Fixtures.replay(firstHalf, coefficients)
        var model = try LearnerModel(bytes: half.model.bytes(), coefficients: coefficients)
        #expect(model == half.model)
        var people = try half.people.map {
            try PersonState(bytes: $0.bytes(coefficients: coefficients), coefficients: coefficients)
        }
        #expect(people == half.people)
        for row in log.rows.dropFirst(log.rows.count / 2) {
            try model.answer(
                &people[Int(row.person)], question: row.question, skills: row.skills, score: row.score,
                seconds: row.seconds)
        }
        #expect(people == whole.people)
        #expect(model.bytes() == whole.model.bytes())
        let question = model[7]
        let stored = question.bytes(coefficients: coefficients)
        #expect(try QuestionState(bytes: stored, coefficients: coefficients) == question)
    }

    @Test("People do not share state: the order between people leaves each person's counts alone")
    func ownStates() throws {
        let coefficients = try Fixtures.coefficients()
        let log = try Fixtures.population(seed: 5, people: 40).generate().log
        let run = try Fixtures.replay(log, coefficients)
        for (number, person) in run.people.enumerated() {
            let rows = log.rows.filter { $0.person == Int32(number) }
            #expect(Int(person.answers) == rows.count)
            let skills = Set(rows.flatMap { row in (0..<row.skills.count).map { row.skills[$0] } })
            #expect(person.skills.map(\.skill) == skills.sorted())
        }
    }

    @Test("Reviewing a person's answers makes their state anew and leaves the model alone")
    func review() throws {
        let coefficients = try Fixtures.coefficients()
        let log = try Fixtures.population(seed: 7, people: 60).generate().log
        let run = try Fixtures.replay(log, coefficients)
        let before = run.model
        let rows = log.rows.filter { $0.person == 3 }
        var person = PersonState(coefficients: coefficients)
        var withoutFirst = person
        for (index, row) in rows.enumerated() {
            try run.model.review(
                &person, question: row.question, skills: row.skills, score: row.score, seconds: row.seconds)
            guard index > 0 else { continue }
            try run.model.review(
                &withoutFirst, question: row.question, skills: row.skills, score: row.score, seconds: row.seconds)
        }
        #expect(run.model == before)
        #expect(person.answers == run.people[3].answers)
        #expect(withoutFirst.answers == person.answers - 1)
        #expect(abs(person.ability.mean - run.people[3].ability.mean) < 0.5)
        for (made, lived) in zip(person.skills, run.people[3].skills) {
            #expect(made.tries == lived.tries && made.successes == lived.successes)
        }
        #expect(throws: LearnerInputError.score(2)) {
            try run.model.review(&person, question: 0, skills: SkillTags(0), score: 2)
        }
    }

    @Test("Every damaged byte, a wrong kind, a wrong version and other coefficients are refused")
    func damaged() throws {
        let coefficients = try Fixtures.coefficients()
        let log = try Fixtures.population(seed: 6, people: 5).generate().log
        var model = try LearnerModel(
            coefficients: coefficients, questionCount: log.questionCount, skillCount: log.skillCount)
        var person = PersonState(coefficients: coefficients)
        for row in log.rows.prefix(8) {
            try model.answer(&person, question: row.question, skills: row.skills, score: row.score)
        }
        let bytes = person.bytes(coefficients: coefficients)
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 0x10
            #expect(throws: LearnerStateError.self) { try PersonState(bytes: damaged, coefficients: coefficients) }
        }
        for length in 0..<bytes.count {
            #expect(throws: LearnerStateError.self) {
                try PersonState(bytes: Array(bytes.prefix(length)), coefficients: coefficients)
            }
        }
        #expect(throws: LearnerStateError.self) { try QuestionState(bytes: bytes, coefficients: coefficients) }
        var other = coefficients
        other.name = "another-set"
        #expect(throws: LearnerStateError.self) { try PersonState(bytes: bytes, coefficients: other) }
    }
}
