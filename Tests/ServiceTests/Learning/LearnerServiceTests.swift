import Catalog
import Foundation
import Learner
import Storage
import TestSupport
import Testing

@testable import greenroom

@Suite struct LearnerServiceTests {
    @Test func learnsFromScoredAnswersAndPredicts() async throws {
        try await withMigratedDatabase { database in
            let made = try await LearnerFixtures(database)
            let ada = try await made.person("ada")
            let questions = try await made.questions(of: ada)
            let asked = made.bank.map(\.id)
            let before = try await made.learner.predict(person: ada, questions: asked)
            #expect(before.count == made.bank.count)
            // Labels count before anybody answered: 0 is easy and 2 hard.
            #expect(try #require(before[asked[3]]).probability > #require(before[asked[5]]).probability)
            #expect(try await made.answer(questions[1], of: ada, score: nil).learnedSequence == nil)
            for place in [1, 4, 1, 4] { try await made.answer(questions[place], of: ada, score: 100) }
            #expect(try await made.answer(questions[2], of: ada, score: 0).learnedSequence == 5)
            let after = try await made.learner.predict(person: ada, questions: asked)
            #expect(try #require(after[asked[1]]).probability > #require(before[asked[1]]).probability)
            #expect(try #require(after[asked[2]]).probability < #require(after[asked[1]]).probability)
            let standings = try await made.learner.mastery(person: ada)
            #expect(standings.map(\.skill) == ["Communication", "Python"], "weakest first")
            #expect(standings.map(\.answers) == [1, 4] && standings.allSatisfy { $0.memory != nil })
            let memory = try await made.learner.memory(
                person: ada, skill: "python", at: Date().addingTimeInterval(30 * 86_400))
            #expect(try #require(memory).retention < 0.9)
            #expect(try await made.learner.memory(person: ada, skill: "SQL") == nil)
            try await made.expectNoDrift()
        }
    }

    /// Two instances learn in turn and at once: what each knows is the same, bit for bit, and what PostgreSQL keeps.
    @Test func instancesAgreeBitForBit() async throws {
        try await withMigratedDatabase { database in
            let made = try await LearnerFixtures(database)
            let (second, secondAnswers) = try await made.other()
            var people: [(UUID, [SessionQuestion])] = []
            for number in 0..<8 {
                let person = try await made.person("person\(number)")
                people.append((person, try await made.questions(of: person)))
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, (person, questions)) in people.enumerated() {
                    group.addTask {
                        var generator = SeededGenerator(seed: UInt64(number))
                        for question in questions.shuffled(using: &generator) {
                            let store = generator.chance(0.5) ? made.answers : secondAnswers
                            try await made.answer(
                                question, of: person, score: Double(generator.below(101)), by: store)
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await made.learner.follow()
            try await second.follow()
            #expect(second.position == 48 && made.learner.position == 48)
            let model = made.learner.model
            #expect(model.bytes() == second.model.bytes())
            for row in try await database.query("SELECT number, state FROM learner_questions") {
                let number = try row.decode("number", as: Int32.self)
                #expect(
                    try row.decode("state", as: [UInt8].self)
                        == model[number].bytes(coefficients: model.coefficients))
            }

            // A replay of all answers gives the same, and so does a start from a checkpoint.
            var states: [UUID: [UInt8]?] = [:]
            for (person, _) in people { states[person] = try await made.kept(person)?.state }
            try await second.checkpoint(evenIfFew: true)
            let (third, _) = try await made.other()
            #expect(third.position == 48 && third.model.bytes() == model.bytes())
            #expect(try await third.rebuild() == 48)
            #expect(third.model.bytes() == model.bytes())
            for (person, _) in people { #expect(try await made.kept(person)?.state == states[person] ?? nil) }

            // The others find the checkpoint that stands for the log.
            try await made.answer(people[0].1[0], of: people[0].0, score: 40)
            try await second.follow()
            #expect(second.position == made.learner.position + 1 || second.position == made.learner.position)
            try await made.learner.follow()
            #expect(made.learner.model.bytes() == second.model.bytes())
            try await made.expectNoDrift()
        }
    }

    @Test func aRebuildTellsWhatItChanges() async throws {
        try await withMigratedDatabase { database in
            let made = try await LearnerFixtures(database)
            let (ada, eve) = (try await made.person("ada"), try await made.person("eve"))
            let (questions, others) = (try await made.questions(of: ada), try await made.questions(of: eve))
            for place in 1...4 { try await made.answer(questions[place], of: ada, score: 80) }
            let own = try await made.answer(others[5], of: eve, score: 20)
            let (position, bytes) = (made.learner.position, made.learner.model.bytes())
            let same = try await made.learner.rebuild(keeping: false)
            #expect(same.answers == 5 && !same.differs)
            #expect(made.learner.position == position && made.learner.model.bytes() == bytes)

            // The answer is gone, and what it taught of its question is not, until a rebuild is kept.
            _ = try await made.answers.delete(own.id, of: eve)
            let kept = try await made.kept(eve)
            for _ in 0..<2 {
                let found = try await made.learner.rebuild(keeping: false)
                #expect(found.answers == 4 && found.questionsDiffering == 1)
                #expect(try await made.kept(eve) == kept, "nothing was kept")
            }
            #expect(try await made.learner.rebuild(keeping: true).differs)
            #expect(try await !made.learner.rebuild(keeping: false).differs)
            try await made.expectNoDrift()
        }
    }

    @Test func editedDeletedAndLateAnswersMakeTheStateAnew() async throws {
        try await withMigratedDatabase { database in
            let made = try await LearnerFixtures(database)
            let (ada, eve) = (try await made.person("ada"), try await made.person("eve"))
            let (questions, others) = (try await made.questions(of: ada), try await made.questions(of: eve))
            let start = Date().addingTimeInterval(-86_400)
            func time(_ hours: Double) -> Date { start.addingTimeInterval(hours * 3_600) }
            try await made.answer(others[1], of: eve, score: 55, at: time(1))
            let bystander = try await made.kept(eve)
            try await made.answer(questions[1], of: ada, score: 90, at: time(1))
            let second = try await made.answer(questions[2], of: ada, score: 10, at: time(2))
            #expect(try await made.kept(ada)?.isReviewed == false)

            // Came late: it stands before the others.
            try await made.answer(questions[3], of: ada, score: 70, at: time(0))
            #expect(try await made.kept(ada)?.isReviewed == true)
            // Once more, by what everybody's answers tell now.
            try await made.answers.review(ada)
            let late = try #require(try await made.kept(ada))
            #expect(late.learnedCount == 3)
            let state = try PersonState(bytes: try #require(late.state), coefficients: made.learner.coefficients)
            #expect(state.seconds == second.answeredAt.timeIntervalSince1970)

            func rescore(_ answer: Answer, _ score: Double?) async throws {
                _ = try await made.answers.edit(answer.id, of: ada, vector: nil) {
                    try AnswerDraft(text: $0.draft.text, score: try score.map { try AnswerScore($0) })
                }
            }
            try await rescore(second, 95)
            let better = try #require(try await made.kept(ada))
            #expect(better.learnedCount == 3 && better.state != late.state)
            // There and back is where it was: nobody's other answer came between.
            try await rescore(second, 10)
            #expect(try await made.kept(ada)?.state == late.state)
            try await rescore(second, nil)
            #expect(try await made.kept(ada)?.learnedCount == 2)
            try await rescore(second, 10)
            #expect(try await made.kept(ada)?.state == late.state)
            #expect(made.learner.position == 4, "an answer is told once")
            _ = try await made.answers.delete(second.id, of: ada)
            let without = try #require(try await made.kept(ada))
            #expect(without.learnedCount == 2)
            try await made.answers.review(ada)
            #expect(try await made.kept(ada)?.state == without.state)
            #expect(try await made.kept(eve) == bystander, "nobody moves another's state")
            try await made.expectNoDrift()
        }
    }

    @Test func anAnswerScoredLaterIsLearnedThen() async throws {
        try await withMigratedDatabase { database in
            let made = try await LearnerFixtures(database)
            let ada = try await made.person("ada")
            let questions = try await made.questions(of: ada)
            let answer = try await made.answer(questions[0], of: ada, score: nil)
            #expect(try await made.kept(ada)?.state == nil)
            let written = try await made.answers.edit(answer.id, of: ada, vector: nil) {
                try AnswerDraft(text: $0.draft.text, score: try AnswerScore(80))
            }
            #expect(written?.answer.learnedSequence == 1)
            #expect(try await made.kept(ada)?.learnedCount == 1)
            // A question without skills counts for its category.
            #expect(try await made.learner.mastery(person: ada).map(\.skill) == ["technical"])
            try await made.expectNoDrift()
        }
    }

    @Test func whatPeopleDeclareComesFirst() async throws {
        try await withMigratedDatabase { database in
            let made = try await LearnerFixtures(database)
            let (ada, eve) = (try await made.person("ada"), try await made.person("eve"))
            _ = try await UserPatternStore(database: database).put(
                try UserPatternDraft(
                    skillLevel: "expert", strengths: ["python", "juggling with fire"], weaknesses: ["sql"]),
                of: ada, vector: nil)
            for person in [ada, eve] {
                try await made.answer(try await made.questions(of: person)[2], of: person, score: 60)
            }
            let asked = [made.bank[1].id, made.bank[3].id]
            let declared = try await made.learner.predict(person: ada, questions: asked)
            let other = try await made.learner.predict(person: eve, questions: asked)
            #expect(try #require(declared[asked[0]]).probability > #require(other[asked[0]]).probability)
            let prior = try #require(try await made.kept(ada)).prior
            #expect(prior.level == .expert && prior.strengths.count == 1 && prior.weaknesses.count == 1)
        }
    }

    /// A state that was made with other coefficients is not spoilt, and the answer is stored all the same.
    @Test func otherCoefficientsNeverCostAnAnswer() async throws {
        try await withMigratedDatabase { database in
            let made = try await LearnerFixtures(database)
            let ada = try await made.person("ada")
            let questions = try await made.questions(of: ada)
            try await made.answer(questions[0], of: ada, score: 80)
            // A start with others makes everything anew.
            let newer = try await LearnerFixtures.learner(database, name: "newer")
            #expect(newer.position > made.learner.position)
            let state = try await made.kept(ada)
            #expect(state?.coefficients == "newer")
            #expect(try await made.answer(questions[1], of: ada, score: 10).learnedSequence == nil)
            #expect(try await made.kept(ada) == state)
            let store = AnswerStore(database: database, learning: newer.learning)
            #expect(try await made.answer(questions[2], of: ada, score: 10, by: store).learnedSequence != nil)
            #expect(try await made.learner.predict(person: ada, questions: [made.bank[0].id]).count == 1)
            #expect(try await newer.rebuild() == 3)
            #expect(try await made.kept(ada)?.learnedCount == 3)
            try await made.expectNoDrift()
        }
    }

    @Test func aHundredAnswerersAreAllLearnedFrom() async throws {
        try await withMigratedDatabase { database in
            let made = try await LearnerFixtures(database)
            var people: [(UUID, [SessionQuestion])] = []
            for number in 0..<100 {
                let person = try await made.person("person\(number)")
                people.append((person, try await made.questions(of: person)))
            }
            let started = ContinuousClock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, (person, questions)) in people.enumerated() {
                    group.addTask {
                        var generator = SeededGenerator(seed: UInt64(number))
                        for question in questions.shuffled(using: &generator) {
                            let score = Double(generator.below(101))
                            let answer = try await made.answer(question, of: person, score: score)
                            if generator.chance(0.1) { _ = try await made.answers.delete(answer.id, of: person) }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let seconds = (ContinuousClock.now - started) / .seconds(1)
            try await made.learner.follow()
            #expect(made.learner.position == 600, "600 answers in \(seconds) s")
            try await made.expectNoDrift()
        }
    }
}
