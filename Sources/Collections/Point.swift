public import Foundation

/// An item of a collection: its vector and what is known of it.
public struct Point: Sendable, Equatable {
    public let id: UUID
    public let vector: [Float]
    public let payload: [String: PayloadValue]

    public init(id: UUID, vector: [Float], payload: [String: PayloadValue]) {
        self.id = id
        self.vector = vector
        self.payload = payload
    }
}

/// A point that does not fit its collection.
public struct PointError: Error, Equatable, CustomStringConvertible {
    public let collection: String
    public let id: UUID
    public let problem: String

    public var description: String { "collection \(collection), point \(id): \(problem)" }
}

extension Point {
    /// The point with its vector at unit length.
    /// - Throws: `PointError` for a vector of another length, with a value that is no number or without a direction, and
    ///   for a payload field that the schema does not have or has in another kind.
    func checked(against schema: CollectionSchema) throws -> Point {
        func refuse(_ problem: String) -> PointError { PointError(collection: schema.name, id: id, problem: problem) }
        guard vector.count == schema.dimension else {
            throw refuse("the vector has \(vector.count) numbers, the collection takes \(schema.dimension)")
        }
        guard vector.allSatisfy(\.isFinite) else { throw refuse("the vector has a value that is not a finite number") }
        for (field, value) in payload {
            guard let kind = schema.fields[field] else { throw refuse("the collection has no field '\(field)'") }
            guard value.kind == kind else {
                throw refuse("field '\(field)' takes \(kind.rawValue), this is \(value.kind.rawValue)")
            }
        }
        guard let unit = UnitVector.normalized(vector) else { throw refuse("the vector has no direction: it is zero") }
        return Point(id: id, vector: unit, payload: payload)
    }
}

/// Vectors of length one.
enum UnitVector {
    /// The vector at unit length; nil for one without a direction. One that has unit length is left as it is.
    static func normalized(_ vector: [Float]) -> [Float]? {
        let squared = vector.reduce(0.0) { $0 + Double($1) * Double($1) }
        guard squared > 0, squared.isFinite else { return nil }
        if abs(squared - 1) < 1e-6 { return vector }
        let scale = Float(1 / squared.squareRoot())
        return vector.map { $0 * scale }
    }
}
