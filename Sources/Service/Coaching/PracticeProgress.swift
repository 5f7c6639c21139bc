import Catalog
import Foundation
import Learner
import Recommend

/// How far a person is: how ready for a post, and what is due for review.
struct PracticeProgress: Sendable {
    /// A question worth practising now, and how it would go.
    struct Step: Sendable {
        let question: BankQuestion
        let expected: Prediction
        /// The need that gains most; nil for a review.
        var need: String?
        /// By how much readiness would rise, 0...1; nil for a review.
        var raise: Double?
    }

    struct PostReadiness: Sendable {
        let readiness: Readiness
        let notInBank: [String]
        let steps: [Step]
    }

    struct DueSkill: Sendable {
        /// A name such as `category/behavioral` stands for questions without skills.
        let skill: String
        let memory: MemoryState
        let mastery: Prediction
        let questions: [Step]
    }

    struct Review: Sendable {
        let due: [DueSkill]
        /// How many skills are due, also those beyond the limit.
        let dueCount: Int
        /// Skills that fall due on each of the days after today, tomorrow first.
        let ahead: [Int]
    }

    /// Questions that are looked at for one answer.
    private static let candidatesMax = 2_000
    private static let questionsPerSkill = 3
    /// Questions that were archived are known to the learner and not to the index: so many times more are looked up.
    private static let spareFactor = 2

    let learner: LearnerService
    let index: QuestionIndex
    let history: PracticeHistory
    let feedback: RecommendationFeedback
    let suggestions: QuestionSuggestions

    /// How ready a person is for a post, and the questions that would raise it most.
    func readiness(
        for post: String, role: String, of person: UUID, profile: UserPatternDraft?, steps limit: Int, at now: Date
    ) async throws -> PostReadiness {
        let needs = PostNeeds(post, role: role, suggestions: suggestions, learner: learner)
        let open = try await OpenQuestions(self, of: person, at: now)
        let model = try learner.model(knowing: open.bank.values)
        let state = try await learner.state(of: person, declaring: profile)
        let seconds = now.timeIntervalSince1970
        let readiness = try Readiness(state, needs: needs.needs, model: model, seconds: seconds)
        let skills = Set(needs.needs.flatMap(\.skills))
        let candidates = open.questions(of: skills).prefix(Self.candidatesMax).map {
            CoachCandidate(question: $0.number, skills: $0.skills, label: $0.label)
        }
        let found = readiness.steps(
            from: candidates, person: state, model: model, seconds: seconds, limit: limit * Self.spareFactor)
        let questions = try self.questions(found.map(\.question), open)
        let steps = found.compactMap { step in
            questions[step.question].map {
                Step(question: $0, expected: step.expected, need: step.need, raise: step.raise)
            }
        }
        return PostReadiness(
            readiness: readiness, notInBank: needs.notInBank, steps: Array(steps.prefix(limit)))
    }

    /// What a person should refresh today, the most forgotten first, each with questions that go neither surely well nor
    /// hopelessly.
    /// - Parameter secondsLeftToday: where the person is.
    func review(
        of person: UUID, secondsLeftToday: Double, daysAhead: Int, limit: Int, at now: Date
    ) async throws -> Review {
        let open = try await OpenQuestions(self, of: person, at: now)
        let model = try learner.model(knowing: open.bank.values)
        let state = try await learner.stateNow(of: person)
        let seconds = now.timeIntervalSince1970
        let review = SpacedReview(
            state, model: model, seconds: seconds, secondsLeftToday: secondsLeftToday, daysAhead: daysAhead)
        let names = learner.numbers.skillNames
        let band = TargetBand()
        var due: [(skill: SpacedReview.Skill, name: String, chosen: [(question: Int32, expected: Prediction)])] = []
        for skill in review.due.prefix(limit) {
            guard let name = names[skill.skill] else { continue }
            let predicted = open.questions(of: [skill.skill]).prefix(Self.candidatesMax).map { known in
                (
                    question: known.number,
                    expected: model.predict(state, question: known.number, skills: known.skills, seconds: seconds)
                )
            }
            let ranked = predicted.map { (value: band.expectedShare($0.expected), entry: $0) }
                .sorted { ($1.value, $0.entry.question) < ($0.value, $1.entry.question) }
            due.append((skill, name, ranked.prefix(Self.questionsPerSkill * Self.spareFactor).map(\.entry)))
        }
        let questions = try self.questions(due.flatMap { $0.chosen.map(\.question) }, open)
        return Review(
            due: due.map { entry in
                DueSkill(
                    skill: entry.name, memory: entry.skill.memory, mastery: entry.skill.mastery,
                    questions: Array(
                        entry.chosen.compactMap { chosen in
                            questions[chosen.question].map { Step(question: $0, expected: chosen.expected) }
                        }.prefix(Self.questionsPerSkill)))
            }, dueCount: review.due.count, ahead: review.ahead)
    }

    /// Questions by number, as the index has them; those that it has no more are left out.
    private func questions(_ numbers: [Int32], _ open: OpenQuestions) throws -> [Int32: BankQuestion] {
        let ids = Set(numbers).compactMap { open.ids[$0] }
        let found = try index.entries(ids).compactMap { entry in
            open.bank[entry.question.id].map { ($0.number, entry.question) }
        }
        return Dictionary(found) { first, _ in first }
    }
}

/// The questions that may be put before a person now: not answered lately, and not turned down.
private struct OpenQuestions {
    let bank: [UUID: LearnerNumbers.Known]
    let ids: [Int32: UUID]
    private let bySkill: [Int32: [LearnerNumbers.Known]]

    init(_ progress: PracticeProgress, of person: UUID, at now: Date) async throws {
        bank = progress.learner.numbers.allQuestions
        ids = Dictionary(bank.map { ($0.value.number, $0.key) }) { first, _ in first }
        let history = CoachHistory(
            answers: CoachHistory.answers(try await progress.history.latest(of: person), bank))
        let feedback = try await progress.feedback.feedback(of: person)
        let seconds = now.timeIntervalSince1970
        var bySkill: [Int32: [LearnerNumbers.Known]] = [:]
        for known in bank.values
        where !history.excludes(known.number, seconds: seconds) && !feedback.excludes(known.number, seconds: seconds) {
            for index in 0..<known.skills.count { bySkill[known.skills[index], default: []].append(known) }
        }
        self.bySkill = bySkill
    }

    /// In order of number, each once.
    func questions(of skills: Set<Int32>) -> [LearnerNumbers.Known] {
        var seen: Set<Int32> = []
        return skills.flatMap { bySkill[$0] ?? [] }.filter { seen.insert($0.number).inserted }
            .sorted { $0.number < $1.number }
    }
}
