public import Foundation

/// What the catalog refuses, apart from fields out of their limits (`ValidationError`).
public enum CatalogError: Error, Equatable, CustomStringConvertible {
    /// The same question, by normalised text, is stored already.
    case duplicateQuestion(existing: UUID)
    case emailTaken
    case notFound(kind: String, id: UUID)
    /// The collection does not keep up vectors of the model, so it cannot serve it.
    case notMaintained(collection: String, model: Int)
    /// The collection serves the model, which must stay maintained.
    case modelServed(collection: String, model: Int)
    /// The database holds a value of an enumeration that this program does not know.
    case unknownValue(column: String, value: String)
    /// The person ended the session: it takes no more answers and questions.
    case sessionClosed(UUID, status: String)
    /// A caller's key that another request was made with.
    case keyReused(String)
    case tooMany(kind: String, max: Int)
    /// Sessions or answers name the question: it can be archived.
    case questionInUse(UUID)

    public var description: String {
        switch self {
        case .duplicateQuestion(let existing): "this question is stored already as \(existing)"
        case .emailTaken: "this email is registered already"
        case .notFound(let kind, let id): "there is no \(kind) \(id)"
        case .notMaintained(let collection, let model):
            "collection \(collection) keeps up no vectors of model \(model): embed them first"
        case .modelServed(let collection, let model):
            "collection \(collection) serves model \(model): switch to another model first"
        case .unknownValue(let column, let value):
            "column \(column) holds '\(value)', which this version does not know: run the version that wrote it, or newer"
        case .sessionClosed(let id, let status): "session \(id) is \(status): set its status to active first"
        case .keyReused(let key): "the key '\(key)' was sent with another request: use a new one"
        case .tooMany(let kind, let max): "\(kind): at most \(max) are allowed"
        case .questionInUse(let id): "question \(id) stands in sessions: archive it instead"
        }
    }
}
