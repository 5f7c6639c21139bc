import Crypto
public import Foundation
import Storage

/// A list of recommendations that a person was given.
public struct RecommendationList: Sendable, Equatable, Identifiable {
    public enum ContentType: String, CaseIterable, Sendable {
        case questions, scenarios
        case jobDescriptions = "job_descriptions"
    }

    /// The arm of an experiment that decided how the list was made.
    public struct Arm: Sendable, Equatable {
        public static let nameLengthMax = 100

        public let experiment: String
        public let number: Int

        public init(experiment: String, number: Int) {
            self.experiment = experiment
            self.number = number
        }
    }

    /// One thing in a list.
    public struct Item: Sendable, Equatable {
        /// The id of the question or the post, in small letters, or the name of the scenario.
        public let id: String
        public let source: String
        /// The probability with which the place fell to it, above 0 and at most 1.
        public let propensity: Double
        /// The probability of a good answer, 0...1; nil where nothing is known of it.
        public let expected: Double?

        public init(id: String, source: String, propensity: Double = 1, expected: Double? = nil) {
            self.id = id
            self.source = source
            self.propensity = propensity
            self.expected = expected
        }
    }

    /// An item in its place, counted from 1, with the reactions to it, the earliest first.
    public struct Place: Sendable, Equatable {
        public let place: Int
        public let item: Item
        public let reactions: [FeedbackKind]
    }

    public static let itemsMax = 50

    public let id: UUID
    public let userID: UUID
    public let contentType: ContentType
    public let arm: Arm?
    public let createdAt: Date

    static let columns: Statement = "id, user_id, content_type, experiment, arm, created_at"

    init(row: Row) throws {
        id = try row.decode("id", as: UUID.self)
        userID = try row.decode("user_id", as: UUID.self)
        contentType = try row.choice("content_type")
        let number = try row.decode("arm", as: Int32?.self)
        arm = try row.decode("experiment", as: String?.self).flatMap { name in
            number.map { Arm(experiment: name, number: Int($0)) }
        }
        createdAt = try row.decode("created_at", as: Date.self)
    }
}

/// A list as it is to be kept.
public struct RecommendationListDraft: Sendable, Equatable {
    public let contentType: RecommendationList.ContentType
    public let arm: RecommendationList.Arm?
    public let items: [RecommendationList.Item]
    /// Days since 1970: the same items on another day are another list.
    public let day: Int

    /// - Precondition: at most `RecommendationList.itemsMax` items.
    public init(
        contentType: RecommendationList.ContentType, arm: RecommendationList.Arm? = nil,
        items: [RecommendationList.Item], at time: Date
    ) {
        precondition(items.count <= RecommendationList.itemsMax)
        self.contentType = contentType
        self.arm = arm
        self.items = items
        day = Int((time.timeIntervalSince1970 / 86_400).rounded(.down))
    }

    /// The SHA-256 of what makes two lists the same: expectations move with every second and are not part of it.
    var hash: [UInt8] {
        var hasher = SHA256()
        var parts = [contentType.rawValue, String(day), arm?.experiment ?? "", arm.map { String($0.number) } ?? "-"]
        for item in items { parts += [item.id, item.source] }
        for part in parts { hasher.update(data: Data("\(part.utf8.count):\(part)".utf8)) }
        return Array(hasher.finalize())
    }
}
