import Catalog

/// What came of recommendations, as administrators see it.
struct RecommendationAnalyticsBody: Encodable {
    struct GroupBody: Encodable {
        let experiment: String?
        let arm: Int?
        let source: String
        let items: Int
        let people: Int
        /// Different questions, scenarios or posts, and their share of the bank's active questions.
        let distinct: Int
        let coverage: Double?
        let shown: Int
        let accepted: Int
        /// Of all items, shown or not.
        let acceptanceRate: Double
        let feedback: [String: Int]
        let answered: Int
        let averageScore: Double?
        let scoreGain: Double?
        let scoreOverExpected: Double?

        init(_ group: RecommendationAnalytics.Group, active: Int?) {
            experiment = group.arm?.experiment
            arm = group.arm?.number
            source = group.source
            items = group.items
            people = group.people
            distinct = group.distinct
            coverage = active.flatMap { $0 > 0 ? Double(group.distinct) / Double($0) : nil }
            shown = group.shown
            accepted = group.accepted
            acceptanceRate = Double(group.accepted) / Double(max(group.items, 1))
            feedback = Dictionary(uniqueKeysWithValues: group.reactions.map { ($0.key.rawValue, $0.value) })
            answered = group.answered
            averageScore = group.score
            scoreGain = group.gain
            scoreOverExpected = group.overExpected
        }
    }

    let contentType: String
    let days: Int
    let lists: Int
    /// Whether older lists of these days were left out.
    let isCut: Bool
    let groups: [GroupBody]

    init(
        _ report: RecommendationAnalytics.Report, _ type: RecommendationList.ContentType, days: Int, active: Int?
    ) {
        contentType = type.rawValue
        self.days = days
        lists = report.lists
        isCut = report.isCut
        groups = report.groups.map { GroupBody($0, active: active) }
    }
}
