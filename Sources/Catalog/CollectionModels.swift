import Storage

/// An embedding model as the database knows it: a vector space.
public struct RegisteredModel: Sendable, Hashable, CustomStringConvertible {
    /// Its row in `embedding_models`.
    public let id: Int
    public let name: String
    public let revision: String
    public let dimension: Int

    public init(id: Int, name: String, revision: String, dimension: Int) {
        self.id = id
        self.name = name
        self.revision = revision
        self.dimension = dimension
    }

    init(row: Row) throws {
        id = Int(try row.decode("id", as: Int32.self))
        name = try row.decode("name", as: String.self)
        revision = try row.decode("revision", as: String.self)
        dimension = Int(try row.decode("dimension", as: Int32.self))
    }

    /// "name@revision/dimension".
    public var description: String { "\(name)@\(revision)/\(dimension)" }
}

/// The models of a collection.
public struct CollectionModels: Sendable, Equatable {
    public let collection: CollectionName
    /// The one whose vectors searches use; nil before the first.
    public let serving: RegisteredModel?
    /// Those whose vectors every write keeps up, the served one among them, the oldest first.
    public let maintained: [RegisteredModel]
}
