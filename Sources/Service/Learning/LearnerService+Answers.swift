import Catalog
import Foundation
import Learner
import Logging
import Metrics
import Storage
import Synchronization

/// What answers do to the learner, in their own transactions. Nothing here changes the model of this instance but by steps
/// that are committed: a transaction may be rolled back.
extension LearnerService {
    /// Learns from a new answer, or from one that was scored later.
    /// - Returns: its place in the log; nil where this instance cannot learn, because the person's state was made with
    ///   coefficients of another version: the next rebuild learns from it then.
    func learn(_ answer: Answer, in transaction: Transaction) async throws -> Int64? {
        guard let question = answer.questionID, let score = answer.draft.score else { return nil }
        let started = ContinuousClock.now
        var head = try await LearnerRecords.lockHead(in: transaction)
        do {
            try await follow(to: head.sequence, in: transaction)
        } catch let gap as LearnerLogGap {
            return cannotLearn(gap)
        }
        guard var person = try await LearnerPerson.find(answer.userID, in: transaction) else { return nil }
        let before: PersonState
        do {
            before = try await begun(&person, of: answer.userID, &head, in: transaction)
        } catch let error as LearnerStateError {
            return cannotLearn(error)
        }
        let number = try await numbers.question(question, &head, in: transaction)
        let keys = numbers.keys(skills: answer.topics.skills, category: answer.topics.category)
        let skillNumbers = try await numbers.skills(keys, &head, in: transaction)
        let step = LearnerStep(
            question: number, label: answer.topics.difficulty.map(DifficultyLabel.init),
            skills: try SkillTags(keys.compactMap { skillNumbers[$0] }), score: Float(score.points / 100),
            seconds: answer.answeredAt.timeIntervalSince1970, person: before)
        let (after, asked) = try state.withLock { state in
            try state.model.meet(question: number, label: step.label, skills: step.skills)
            var after = before
            try state.model.review(
                &after, question: number, skills: step.skills, score: step.score, seconds: step.seconds)
            return (after, state.model.question(after: step))
        }
        head.sequence += 1
        try await LearnerRecords.append(
            LearnerRecords.Step(
                sequence: head.sequence, question: number, difficulty: answer.topics.difficulty,
                skills: (0..<step.skills.count).map { step.skills[$0] }, score: step.score, seconds: step.seconds,
                coefficients: coefficients.name, person: step.person.bytes(coefficients: coefficients)),
            head: head, question: question, questionState: asked.bytes(coefficients: coefficients), in: transaction)
        if before.answers > 0, step.seconds < before.seconds {
            // It came late: the state is what the answers make in the order in which they were given.
            let given = try await LearnerPerson.answers(of: answer.userID, in: transaction)
            try await reviewed(&person, from: given + [answer], &head, in: transaction)
        } else {
            person.state = after.bytes(coefficients: coefficients)
            person.learnedCount += 1
        }
        try await person.store(of: answer.userID, in: transaction)
        Counter(label: "learner_answers_total", dimensions: [("result", "learned")]).increment()
        Recorder(label: "learner_step_duration_seconds").record((ContinuousClock.now - started) / .seconds(1))
        return head.sequence
    }

    /// Makes a person's state anew from the answers that are there; what all people's answers told stays.
    func review(_ id: UUID, in transaction: Transaction) async throws {
        var head = try await LearnerRecords.lockHead(in: transaction)
        do {
            try await follow(to: head.sequence, in: transaction)
        } catch let gap as LearnerLogGap {
            _ = cannotLearn(gap)
            return
        }
        guard var person = try await LearnerPerson.find(id, in: transaction) else { return }
        let before = head
        let given = try await LearnerPerson.answers(of: id, in: transaction)
        try await reviewed(&person, from: given, &head, in: transaction)
        if head != before { try await LearnerRecords.setHead(head, in: transaction) }
        try await person.store(of: id, in: transaction)
        Counter(label: "learner_reviews_total").increment()
    }

    /// Begins a person anew, with the prior that is kept, and goes through their answers.
    private func reviewed(
        _ person: inout LearnerPerson, from answers: [Answer], _ head: inout LearnerRecords.Head,
        in transaction: Transaction
    ) async throws {
        let rows = try await reviewRows(answers, &head, in: transaction)
        let prior = PersonPrior(person.prior)
        let after = try state.withLock { try ReviewRow.review(rows, from: prior, with: &$0.model) }
        person.coefficients = coefficients.name
        person.state = after.bytes(coefficients: coefficients)
        person.learnedCount = rows.count
        person.isReviewed = true
    }

    /// Answers in the order in which they were given, by numbers.
    func reviewRows(
        _ answers: [Answer], _ head: inout LearnerRecords.Head, in transaction: Transaction
    ) async throws -> [ReviewRow] {
        var rows: [ReviewRow] = []
        for answer in answers.sorted(by: { ($0.answeredAt, $0.number) < ($1.answeredAt, $1.number) }) {
            guard let question = answer.questionID, let score = answer.draft.score else { continue }
            let keys = numbers.keys(skills: answer.topics.skills, category: answer.topics.category)
            let skillNumbers = try await numbers.skills(keys, &head, in: transaction)
            rows.append(
                ReviewRow(
                    question: try await numbers.question(question, &head, in: transaction),
                    label: answer.topics.difficulty.map(DifficultyLabel.init),
                    skills: try SkillTags(keys.compactMap { skillNumbers[$0] }), score: Float(score.points / 100),
                    seconds: answer.answeredAt.timeIntervalSince1970))
        }
        return rows
    }

    /// A person's state; of somebody new, what they declare.
    /// - Throws: `LearnerStateError` for a state of other coefficients.
    private func begun(
        _ person: inout LearnerPerson, of id: UUID, _ head: inout LearnerRecords.Head, in transaction: Transaction
    ) async throws -> PersonState {
        if let bytes = person.state { return try PersonState(bytes: bytes, coefficients: coefficients) }
        if let declared = try await LearnerPerson.declared(by: id, in: transaction) {
            let strengths = declared.strengths.compactMap(numbers.knownKey)
            let weaknesses = declared.weaknesses.compactMap(numbers.knownKey)
            let skillNumbers = try await numbers.skills(strengths + weaknesses, &head, in: transaction)
            person.prior = LearnerPerson.Prior(
                level: Self.level(declared.skillLevel) ?? Self.level(declared.experienceLevel),
                strengths: Self.declared(strengths, skillNumbers), weaknesses: Self.declared(weaknesses, skillNumbers))
        }
        person.coefficients = coefficients.name
        return PersonState(prior: PersonPrior(person.prior), coefficients: coefficients)
    }

    private static func declared(_ keys: [String], _ numbers: [String: Int32]) -> [Int32] {
        Array(Set(keys.compactMap { numbers[$0] }).sorted().prefix(LearnerPerson.Prior.skillsMax))
    }

    /// What a word for somebody's level comes to; nil for one that says nothing.
    static func level(_ word: String?) -> LearnerPerson.Prior.Level? {
        switch word?.trimmed.lowercased() {
        case "beginner", "novice", "entry", "entry-level", "junior", "intern", "trainee", "student": .beginner
        case "intermediate", "mid", "mid-level", "middle", "regular", "practical": .intermediate
        case "advanced", "senior", "experienced": .advanced
        case "expert", "lead", "principal", "staff", "master": .expert
        default: nil
        }
    }

    private func cannotLearn(_ reason: any Error) -> Int64? {
        Counter(label: "learner_answers_total", dimensions: [("result", "not_learned")]).increment()
        logger.error("an answer was stored and not learned from", metadata: ["reason": "\(reason)"])
        return nil
    }
}

/// An answer as a person's state is made anew from.
struct ReviewRow: Sendable {
    let question: Int32
    let label: DifficultyLabel?
    let skills: SkillTags
    /// 0...1
    let score: Float
    let seconds: Double

    static func review(
        _ rows: [ReviewRow], from prior: PersonPrior, with model: inout LearnerModel
    ) throws -> PersonState {
        var person = PersonState(prior: prior, coefficients: model.coefficients)
        for row in rows {
            try model.meet(question: row.question, label: row.label, skills: row.skills)
            try model.review(
                &person, question: row.question, skills: row.skills, score: row.score, seconds: row.seconds)
        }
        return person
    }
}

extension PersonPrior {
    init(_ prior: LearnerPerson.Prior) {
        let level: PersonPrior.Level? =
            switch prior.level {
            case nil: nil
            case .beginner: .beginner
            case .intermediate: .intermediate
            case .advanced: .advanced
            case .expert: .expert
            }
        self.init(level: level, strengths: prior.strengths, weaknesses: prior.weaknesses)
    }
}
