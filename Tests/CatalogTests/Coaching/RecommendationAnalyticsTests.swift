import Foundation
import Storage
import TestSupport
import Testing

@testable import Catalog

@Suite struct RecommendationAnalyticsTests {
    @Test func tellsBySourceWhatCameOfRecommendations() async throws {
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database)
            let analytics = RecommendationAnalytics(database: database)
            #expect(try await analytics.report(.questions, days: 30).groups.isEmpty)
            let arm = RecommendationList.Arm(experiment: "band", number: 1)
            let ids = made.bank.map { $0.id.uuidString.lowercased() }
            // Two people: the first had two answers before, the second none.
            let (ada, eve) = (try await made.person("ada"), try await made.person("eve"))
            let (_, own) = try await made.session(of: ada)
            try await made.answer(own[0], of: ada, score: 40)
            try await made.answer(own[0], of: ada, score: 60)
            let lists = RecommendationStore(database: database)
            let items = [
                RecommendationList.Item(id: ids[1], source: "weak_skill", expected: 0.6),
                RecommendationList.Item(id: ids[2], source: "weak_skill", expected: 0.5),
                RecommendationList.Item(id: ids[3], source: "explore", propensity: 0.1, expected: 0.5),
            ]
            let adas = try await lists.keep(
                RecommendationListDraft(contentType: .questions, items: items, at: Date()), of: ada)
            let eves = try await lists.keep(
                RecommendationListDraft(
                    contentType: .questions, arm: arm, items: Array(items.prefix(1)), at: Date()), of: eve)
            _ = try await lists.keep(
                RecommendationListDraft(contentType: .scenarios, items: [], at: Date()), of: eve)
            let feedback = FeedbackStore(database: database)
            for (kind, place) in [(FeedbackKind.shown, 1), (.accepted, 1), (.skipped, 2)] {
                _ = try await feedback.record(kind, to: .place(place), in: adas, by: ada) { _, _ in [0, 0] }
            }
            _ = try await feedback.record(.shown, to: .whole, in: eves, by: eve) { _, _ in [0, 0] }
            // The first item is answered twice, of which the first answer counts; the third without a score.
            try await made.answer(own[1], of: ada, score: 80)
            try await made.answer(own[1], of: ada, score: 0)
            try await made.answer(own[3], of: ada)

            let report = try await analytics.report(.questions, days: 30)
            #expect(report.lists == 2 && !report.isCut)
            #expect(report.groups.map(\.source) == ["explore", "weak_skill", "weak_skill"])
            #expect(report.groups.map(\.arm) == [nil, nil, arm])
            let explored = report.groups[0]
            #expect(explored.items == 1 && explored.shown == 0 && explored.accepted == 1, "it was answered")
            #expect(explored.answered == 0 && explored.score == nil && explored.gain == nil)
            let weak = report.groups[1]
            #expect(weak.items == 2 && weak.people == 1 && weak.distinct == 2)
            #expect(weak.shown == 2 && weak.accepted == 1 && weak.answered == 1)
            #expect(weak.reactions[.skipped] == 1 && weak.reactions[.shown] == 1 && weak.reactions[.saved] == 0)
            #expect(weak.score == 80 && weak.gain == 30, "the mean before was 50")
            #expect(try abs(#require(weak.overExpected) - 20) < 1e-9)
            let other = report.groups[2]
            #expect(other.items == 1 && other.shown == 1 && other.accepted == 0 && other.answered == 0)
            let scenarios = try await analytics.report(.scenarios, days: 30)
            #expect(scenarios.lists == 1 && scenarios.groups.isEmpty)
            try await database.query("UPDATE recommendations SET created_at = now() - interval '8 days'")
            #expect(try await analytics.report(.questions, days: 7).lists == 0)
        }
    }
}
