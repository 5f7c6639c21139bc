public import Foundation

/// What the catalog refuses, apart from fields out of their limits (`ValidationError`).
public enum CatalogError: Error, Equatable, CustomStringConvertible {
    /// The same question, by normalised text, is stored already.
    case duplicateQuestion(existing: UUID)
    case emailTaken
    case notFound(kind: String, id: UUID)
    /// The vector's model is not the one that the collection serves.
    case wrongModel(collection: String, given: Int, serving: Int?)
    /// The database holds a value of an enumeration that this program does not know.
    case unknownValue(column: String, value: String)

    public var description: String {
        switch self {
        case .duplicateQuestion(let existing): "this question is stored already as \(existing)"
        case .emailTaken: "this email is registered already"
        case .notFound(let kind, let id): "there is no \(kind) \(id)"
        case .wrongModel(let collection, let given, let serving):
            "collection \(collection) serves model \(serving.map(String.init) ?? "none"), the vector is of model \(given)"
        case .unknownValue(let column, let value):
            "column \(column) holds '\(value)', which this version does not know: run the version that wrote it, or newer"
        }
    }
}
