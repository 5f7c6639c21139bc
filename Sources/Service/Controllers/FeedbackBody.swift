import Catalog
import Foundation

/// A reaction, as callers give it.
struct FeedbackBody: Decodable {
    let kind: String
    /// Of the item in its list, counted from 1.
    let place: Int?
    /// The item's id; stands for its place.
    let itemId: String?

    private static let idLengthMax = 100

    /// - Throws: `ValidationError` for a kind that is none, and where it is not told to what the reaction is; only
    ///   `shown` may be of the whole list.
    func checked() throws -> (FeedbackKind, FeedbackStore.Target) {
        var check = FieldCheck()
        let kind: FeedbackKind? = check.choice(kind, "kind")
        var target: FeedbackStore.Target?
        if let place {
            target = .place(check.number(place, "place", in: 1...RecommendationList.itemsMax))
        } else if let itemId {
            let id: String = check.text(itemId, "item_id", in: 1...Self.idLengthMax)
            target = .item(id)
        } else if kind == .shown {
            target = .whole
        }
        if let kind, target == nil {
            check.add(
                FieldIssue(
                    type: "missing", field: "place",
                    message: "Say by place or item_id what was \(kind.rawValue); only shown may be of the whole list"))
        }
        try check.finish()
        guard let kind, let target else { preconditionFailure("an issue was thrown") }
        return (kind, target)
    }
}

/// What a reaction came to.
struct FeedbackAnswer: Encodable {
    let recommendationId: String
    let kind: String
    let places: [Int]
    /// How many of the places had not been reacted to so before.
    let recorded: Int
}

/// A list that was kept, with the reactions to it.
struct KeptRecommendationsBody: Encodable {
    struct Item: Encodable {
        let place: Int
        let id: String
        let source: String
        let propensity: Double
        let pAnswerWell: Double?
        let feedback: [String]
    }

    let recommendationId: String
    let userId: String
    let contentType: String
    let createdAt: Date
    let recommendations: [Item]

    init(_ list: RecommendationList, _ places: [RecommendationList.Place]) {
        recommendationId = list.id.uuidString.lowercased()
        userId = list.userID.uuidString.lowercased()
        contentType = list.contentType.rawValue
        createdAt = list.createdAt
        recommendations = places.map { entry in
            Item(
                place: entry.place, id: entry.item.id, source: entry.item.source, propensity: entry.item.propensity,
                pAnswerWell: entry.item.expected, feedback: entry.reactions.map(\.rawValue))
        }
    }
}
