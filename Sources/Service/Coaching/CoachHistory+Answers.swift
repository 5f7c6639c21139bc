import Catalog
import Foundation
import Recommend

extension CoachHistory {
    /// A person's latest answers by the numbers of their questions.
    static func answers(
        _ latest: [UUID: PracticeHistory.Latest], _ bank: [UUID: LearnerNumbers.Known]
    ) -> [Int32: CoachHistory.Answer] {
        var answers: [Int32: CoachHistory.Answer] = [:]
        for (id, answer) in latest {
            guard let known = bank[id] else { continue }
            // An answer without a score was given all the same: it is not asked for again at once.
            answers[known.number] = CoachHistory.Answer(
                score: (answer.score ?? 100) / 100, seconds: answer.answeredAt.timeIntervalSince1970)
        }
        return answers
    }
}
