public import Embedding
public import Foundation
public import VectorCollections

/// A job description found, with its likeness to what was asked.
public struct JobHit: Sendable {
    public let id: UUID
    /// Cosine; the score of BM25 where `SearchAnswer.isDegraded`.
    public let score: Double
    public let text: String
    public let role: String?
    public let company: String?
    public let level: String?
    public let skills: [String]
}

/// Searches stored job descriptions.
public struct JobSearch: Sendable {
    private let search: ItemSearch

    public init(collection: VectorCollections.Collection, embedder: any Embedder) {
        search = ItemSearch(collection: collection, embedder: embedder, textField: "text")
    }

    /// The job descriptions nearest in meaning to `query`, best first.
    /// - Parameters:
    ///   - role: only those with this title, compared without case.
    ///   - viewer: who looks: finds everybody's and their own. `everything` finds all.
    public func run(
        _ query: String, role: String?, viewer: Viewer, limit: Int
    ) async throws -> SearchAnswer<JobHit> {
        var parts: [Filter] = []
        if let role { parts.append(.equals("role", .keyword(role))) }
        switch viewer {
        case .everything: break
        case .nobody: parts.append(.isNull("owner_id"))
        case .person(let id): parts.append(.any([.isNull("owner_id"), .equals("owner_id", .uuid(id))]))
        }
        return try await search.run(query, filter: parts.isEmpty ? nil : .all(parts), limit: limit).map { hit in
            JobHit(
                id: hit.id, score: Double(hit.score), text: hit.payload.string("text") ?? "",
                role: hit.payload.string("role"), company: hit.payload.string("company"),
                level: hit.payload.string("level"), skills: hit.payload.strings("skills"))
        }
    }

    /// On whose behalf a search runs.
    public enum Viewer: Sendable, Equatable {
        /// Somebody who is not signed in.
        case nobody
        case person(UUID)
        /// An administrator.
        case everything
    }
}
