import Foundation

/// The body of a request for embeddings.
struct EmbeddingRequest: Encodable {
    let model: String
    let input: [String]
    let encodingFormat: String
    /// Left out when the provider is to send as many numbers as the model has.
    let dimensions: Int?

    private enum CodingKeys: String, CodingKey {
        case model, input, dimensions
        case encodingFormat = "encoding_format"
    }

    /// In JSON.
    func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}
