public import Foundation

/// Finds questions that say nearly the same, by their words and, where vectors are at hand, by their meaning.
///
/// Words: candidates by bands of MinHash signatures, compared by the true likeness of their word triples. Meaning: whoever
/// has an index asks it for neighbours, and `isNear(cosine:)` judges. O(text) to add one and to ask for one.
public struct NearDuplicates: Sendable {
    /// A question that is nearly the same as another.
    public struct Twin: Sendable, Equatable {
        public enum Evidence: String, Sendable { case words, meaning }

        public let id: UUID
        /// The likeness of word triples, or the cosine; 0..1.
        public let similarity: Double
        public let evidence: Evidence

        public init(id: UUID, similarity: Double, evidence: Evidence) {
            self.id = id
            self.similarity = similarity
            self.evidence = evidence
        }
    }

    /// Of word triples: a question of twelve words with one of them replaced has about this likeness to itself.
    public static let likenessMin = 0.5
    /// Of vectors: questions on one subject reach 0.8, the same question in other words more.
    public static let cosineMin = 0.9

    private var shingles: [UUID: Shingles] = [:]
    private var buckets: [UInt64: [UUID]] = [:]

    public init() {}

    public var count: Int { shingles.count }

    public static func isNear(cosine: Double) -> Bool { cosine >= cosineMin }

    /// Adds a question; one that is there already stays as it is.
    public mutating func add(_ id: UUID, _ text: String) {
        guard shingles[id] == nil else { return }
        let own = Shingles(text)
        shingles[id] = own
        for band in MinHash(own).bands { buckets[band, default: []].append(id) }
    }

    /// The questions whose words are nearly those of `text`, the nearest first.
    public func twins(of text: String, besides excluded: UUID? = nil) -> [Twin] {
        let own = Shingles(text)
        let candidates = Set(MinHash(own).bands.flatMap { buckets[$0] ?? [] })
        return candidates.compactMap { id -> Twin? in
            guard id != excluded, let other = shingles[id] else { return nil }
            let likeness = own.likeness(to: other)
            return likeness >= Self.likenessMin ? Twin(id: id, similarity: likeness, evidence: .words) : nil
        }.sorted { ($1.similarity, $0.id) < ($0.similarity, $1.id) }
    }
}
