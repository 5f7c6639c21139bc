import Catalog
import Foundation
import Learner
import Storage
import Synchronization

/// Makes everything that the learner knows anew from the answers, in the order in which it heard of them: after a change of
/// coefficients, and where it is to forget answers that were edited or deleted since.
extension LearnerService {
    /// What a rebuild came to.
    struct Rebuilt: Sendable, Encodable {
        let answers: Int
        /// Of whom and of which something else is known than before.
        let peopleDiffering: Int
        let questionsDiffering: Int

        var differs: Bool { peopleDiffering + questionsDiffering > 0 }
    }

    /// Ends a transaction of which nothing is to stay.
    private struct NotKept: Error {
        let rebuilt: Rebuilt
    }

    /// Nobody answers meanwhile: writers wait, a minute for some ten millions of answers.
    /// - Returns: how many answers were learned from.
    @discardableResult
    func rebuild() async throws -> Int { try await rebuild(keeping: true).answers }

    /// The same, compared with what was known.
    /// - Parameter keeping: whether the result stays; else everything is as it was.
    func rebuild(keeping: Bool) async throws -> Rebuilt {
        do {
            let (model, position, rebuilt) = try await database.withTransaction { transaction in
                try await replayed(keeping: keeping, in: transaction)
            }
            state.withLock { $0 = State(model: model, position: position, checkpoint: position) }
            try await numberBank()
            return rebuilt
        } catch let notKept as NotKept {
            return notKept.rebuilt
        }
    }

    private func replayed(
        keeping: Bool, in transaction: Transaction
    ) async throws -> (LearnerModel, position: Int64, Rebuilt) {
        try await FigureRecount.closeGate(in: transaction)
        let head = try await LearnerRecords.lockHead(in: transaction)
        let before = try await LearnerFingerprints.read(in: transaction)
        let replay = LearnerReplay(
            model: try LearnerModel(coefficients: coefficients), head: head, numbers: numbers,
            transaction: transaction)
        try await replay.run()
        for (id, state) in replay.people.sorted(by: { $0.key < $1.key }) {
            try await store(state, of: id, after: replay, in: transaction)
        }
        try await LearnerBank.forgetPeople(besides: Array(replay.people.keys), in: transaction)
        try await LearnerBank.storeQuestionStates(replay.questionStates, in: transaction)
        let differing = before.differences(from: try await LearnerFingerprints.read(in: transaction))
        let rebuilt = Rebuilt(
            answers: replay.learned, peopleDiffering: differing.people, questionsDiffering: differing.questions)
        if !keeping { throw NotKept(rebuilt: rebuilt) }
        replay.head.sequence += 1
        try await LearnerRecords.setHead(replay.head, in: transaction)
        try await LearnerCheckpoint(
            sequence: replay.head.sequence, coefficients: coefficients.name, model: replay.model.bytes()
        ).replaceAll(in: transaction)
        return (replay.model, replay.head.sequence, rebuilt)
    }

    /// Stores what is known of a person after a replay; of one whose answers came late, what they make in their own order.
    private func store(
        _ state: PersonState, of id: UUID, after replay: LearnerReplay, in transaction: Transaction
    ) async throws {
        guard var person = try await LearnerPerson.find(id, in: transaction) else { return }
        var state = state
        if replay.late.contains(id) {
            let given = try await LearnerPerson.answers(of: id, in: transaction)
            let rows = try await reviewRows(given, &replay.head, in: transaction)
            state = try ReviewRow.review(rows, from: PersonPrior(person.prior), with: &replay.model)
        }
        person.coefficients = coefficients.name
        person.state = state.bytes(coefficients: coefficients)
        person.learnedCount = Int(state.answers)
        person.isReviewed = replay.late.contains(id)
        try await person.store(of: id, in: transaction)
    }
}

/// All answers, learned from once more in the order in which the learner heard of them. Used by one task.
private final class LearnerReplay {
    private static let answersPageMax = 1_000

    var model: LearnerModel
    var head: LearnerRecords.Head
    private(set) var people: [UUID: PersonState] = [:]
    /// Who answered something before what was known already.
    private(set) var late: Set<UUID> = []
    private(set) var learned = 0
    private let numbers: LearnerNumbers
    private let transaction: Transaction

    init(model: LearnerModel, head: LearnerRecords.Head, numbers: LearnerNumbers, transaction: Transaction) {
        self.model = model
        self.head = head
        self.numbers = numbers
        self.transaction = transaction
    }

    /// Of all questions by number; nil for one that nobody answered.
    var questionStates: [[UInt8]?] {
        (0..<Int32(model.questionCount)).map { number in
            model[number].answers > 0 ? model[number].bytes(coefficients: model.coefficients) : nil
        }
    }

    func run() async throws {
        try await LearnerBank.place(unheardAt: head.sequence + 1, in: transaction)
        var cursor = LearnerBank.ReplayCursor()
        while true {
            let answers = try await LearnerBank.replay(after: &cursor, limit: Self.answersPageMax, in: transaction)
            for answer in answers {
                try await learn(answer)
                learned += 1
            }
            if answers.count < Self.answersPageMax { return }
        }
    }

    private func learn(_ answer: Answer) async throws {
        guard let question = answer.questionID, let score = answer.draft.score else { return }
        var head = head
        let number = try await numbers.question(question, &head, in: transaction)
        let keys = numbers.keys(skills: answer.topics.skills, category: answer.topics.category)
        let skillNumbers = try await numbers.skills(keys, &head, in: transaction)
        self.head = head
        let before = try await state(of: answer.userID)
        try learn(
            answer, question: number, skills: keys.compactMap { skillNumbers[$0] }, score: Float(score.points / 100),
            before)
    }

    private func learn(
        _ answer: Answer, question: Int32, skills: [Int32], score: Float, _ before: PersonState
    ) throws {
        let seconds = answer.answeredAt.timeIntervalSince1970
        let tags = try SkillTags(skills)
        if before.answers > 0, seconds < before.seconds { late.insert(answer.userID) }
        try model.meet(question: question, label: answer.topics.difficulty.map(DifficultyLabel.init), skills: tags)
        var after = before
        try model.answer(&after, question: question, skills: tags, score: score, seconds: seconds)
        people[answer.userID] = after
    }

    private func state(of person: UUID) async throws -> PersonState {
        if let known = people[person] { return known }
        let prior = try await LearnerPerson.find(person, in: transaction)?.prior
        return PersonState(prior: prior.map(PersonPrior.init) ?? PersonPrior(), coefficients: model.coefficients)
    }
}
