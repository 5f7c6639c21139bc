/// Identity of a vector space: vectors may be compared only when they come from equal models.
public struct EmbeddingModel: Sendable, Hashable, Codable, CustomStringConvertible {
    /// For instance "all-MiniLM-L6-v2".
    public let name: String
    /// Tells apart what computes different vectors under one name: the weights, and the precision of the arithmetic.
    public let revision: String
    /// Numbers in a vector.
    public let dimension: Int

    public init(name: String, revision: String, dimension: Int) {
        self.name = name
        self.revision = revision
        self.dimension = dimension
    }

    /// "name@revision/dimension".
    public var description: String { "\(name)@\(revision)/\(dimension)" }
}
