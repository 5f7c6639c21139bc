import Foundation
import Learner
import Recommend

/// A question that is worth practising now, as callers see it.
struct StepBody: Encodable {
    let questionId: String
    let text: String
    let category: String
    let difficulty: String
    let skills: [String]
    let pAnswerWell: Double
    let pAnswerWellInterval: [Double]
    /// What of the post it prepares for.
    let need: String?
    /// By how much readiness would rise.
    let raise: Double?

    init(_ step: PracticeProgress.Step) {
        questionId = step.question.id.uuidString.lowercased()
        text = step.question.text
        category = step.question.category
        difficulty = step.question.difficulty
        skills = step.question.skills
        pAnswerWell = Double(step.expected.good.probability)
        pAnswerWellInterval = [Double(step.expected.good.lower), Double(step.expected.good.upper)]
        need = step.need
        raise = step.raise
    }
}

/// How ready somebody is for a post, as callers see it.
struct ReadinessBody: Encodable {
    struct NeedBody: Encodable {
        let need: String
        /// Of the whole; all add up to 1.
        let share: Double
        let readiness: Double
        let interval: [Double]
        let answers: Int
    }

    let userId: String
    let jobDescriptionId: String?
    let role: String
    /// 0...1; missing where the post asks for nothing that the bank tests.
    let readiness: Double?
    let interval: [Double]?
    let needs: [NeedBody]
    let needsNotInBank: [String]
    let steps: [StepBody]

    init(_ found: PracticeProgress.PostReadiness, of person: UUID, role: String, post: UUID?) {
        userId = person.uuidString.lowercased()
        jobDescriptionId = post?.uuidString.lowercased()
        self.role = role
        readiness = found.readiness.overall
        if let lower = found.readiness.lower, let upper = found.readiness.upper {
            interval = [lower, upper]
        } else {
            interval = nil
        }
        needs = found.readiness.needs.map { need in
            NeedBody(
                need: need.name, share: need.share, readiness: need.expected, interval: [need.lower, need.upper],
                answers: need.answers)
        }
        needsNotInBank = found.notInBank
        steps = found.steps.map(StepBody.init)
    }
}

/// What somebody should refresh today, as callers see it.
struct ReviewBody: Encodable {
    struct DueBody: Encodable {
        let skill: String
        /// How much of it is likely still there.
        let retention: Double
        let halfLifeDays: Double
        let pAnswerWell: Double
        let pAnswerWellInterval: [Double]
        let questions: [StepBody]
    }

    let userId: String
    let due: [DueBody]
    let total: Int
    /// Skills that fall due on each of the days after today, tomorrow first.
    let ahead: [Int]

    init(_ found: PracticeProgress.Review, of person: UUID) {
        userId = person.uuidString.lowercased()
        due = found.due.map { entry in
            DueBody(
                skill: entry.skill, retention: Double(entry.memory.retention),
                halfLifeDays: Double(entry.memory.halfLifeDays), pAnswerWell: Double(entry.mastery.good.probability),
                pAnswerWellInterval: [Double(entry.mastery.good.lower), Double(entry.mastery.good.upper)],
                questions: entry.questions.map(StepBody.init))
        }
        total = found.dueCount
        ahead = found.ahead
    }
}
