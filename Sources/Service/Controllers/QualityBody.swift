import Catalog
import Foundation
import Learner
import Recommend

/// What the quality check found, as callers see it.
struct QualityBody: Encodable {
    struct FindingBody: Encodable {
        let id: String
        let questionText: String
        let category: String
        let difficultyLevel: String
        let flags: [String]
        /// What its value in a choice is multiplied by.
        let weight: Double
        let answers: Int
        /// Below 0 where able people do worse on it than others.
        let discrimination: Double
        /// On the logit scale; above 0 where it is easier than its label.
        let drift: Double?
        /// The label that the answers speak for.
        let measuredDifficulty: String?
        let shown: Int
        let skipped: Int
        let reported: Int
        /// What the rates are at least, with 95 %.
        let skipRateAtLeast: Double
        let reportRateAtLeast: Double

        init(_ finding: BankHealth.Finding) {
            id = finding.question.id.uuidString.lowercased()
            questionText = finding.question.text
            category = finding.question.category
            difficultyLevel = finding.question.difficulty.rawValue
            flags = finding.health.flags.map(\.rawValue)
            weight = finding.health.weight
            answers = finding.answers
            discrimination = finding.health.discrimination
            drift = finding.health.drift
            measuredDifficulty = finding.health.measuredLabel?.rawValue
            shown = finding.reactions.shown
            skipped = finding.reactions.skipped
            reported = finding.reactions.reported
            skipRateAtLeast = finding.health.skipRateLower
            reportRateAtLeast = finding.health.reportRateLower
        }
    }

    let checked: Int
    let flagged: Int
    /// How many questions have each flag.
    let flags: [String: Int]
    let questions: [FindingBody]

    init(_ report: BankHealth.Report, limit: Int) {
        checked = report.checked
        flagged = report.findings.count
        var flags = Dictionary(uniqueKeysWithValues: QuestionHealth.Flag.allCases.map { ($0.rawValue, 0) })
        for flag in report.findings.flatMap(\.health.flags) { flags[flag.rawValue, default: 0] += 1 }
        self.flags = flags
        questions = report.findings.prefix(limit).map(FindingBody.init)
    }
}
