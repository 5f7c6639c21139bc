/// Why the local model cannot be used. Each message says what was found and what the operator can do.
public enum ModelError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A file of the model is missing or cannot be read.
    case unreadable(path: String, reason: String)
    /// A file is not the one that this program was made for.
    case wrongHash(path: String, expected: String, found: String)
    /// The weights are no safetensors file or a damaged one.
    case badSafetensors(path: String, SafetensorsError)
    /// A tensor is missing or has another type or shape.
    case wrongTensor(path: String, name: String, expected: String, found: String)
    /// The vocabulary lacks a token where the model has it.
    case badVocabulary(path: String, expected: String, line: Int)
    /// The weights and the vocabulary do not belong together.
    case wrongVocabularySize(path: String, expected: Int, found: Int)

    private static let fetch = "run scripts/fetch-model with the model's folder to get the right files"

    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path) cannot be read: \(reason); \(Self.fetch)"
        case .wrongHash(let path, let expected, let found):
            "\(path) has the SHA-256 \(found) instead of \(expected); \(Self.fetch)"
        case .badSafetensors(let path, let error): "\(path) is no usable safetensors file: \(error); \(Self.fetch)"
        case .wrongTensor(let path, let name, let expected, let found):
            "the tensor \(name) in \(path) is \(found) instead of \(expected): this is another model; \(Self.fetch)"
        case .badVocabulary(let path, let expected, let line):
            "line \(line) of \(path) is not \(expected): this is another vocabulary; \(Self.fetch)"
        case .wrongVocabularySize(let path, let expected, let found):
            "\(path) has \(found) lines instead of \(expected), the rows of the model's word table; \(Self.fetch)"
        }
    }
}
