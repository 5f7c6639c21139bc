import Foundation

/// The vectors of one request, checked: each index once, each vector finite, of the right dimension and at length 1.
struct EmbeddingAnswer: Equatable, Sendable {
    /// In the order of the request.
    let vectors: [[Float]]
    /// What the provider counted; 0 when it does not say.
    let tokensUsed: Int

    /// The most bytes that an answer needs: 40 for a number in indented JSON, and what stands around the vectors.
    static func bytesMax(count: Int, dimension: Int) -> Int { count * (dimension * 40 + 1_024) + 65_536 }

    /// Reads an answer in JSON with vectors as numbers or as base64.
    init(json: Data, count: Int, dimension: Int) throws(EmbeddingAnswerError) {
        let body = try Self.decode(json)
        guard body.data.count == count else { throw .wrongCount(expected: count, found: body.data.count) }
        var vectors = [[Float]](repeating: [], count: count)
        for item in body.data {
            guard vectors.indices.contains(item.index) else {
                throw .indexOutOfRange(index: item.index, count: count)
            }
            guard vectors[item.index].isEmpty else { throw .indexTwice(index: item.index) }
            vectors[item.index] = try item.unitVector(dimension: dimension)
        }
        self.vectors = vectors
        tokensUsed = max(body.usage?.total_tokens ?? body.usage?.prompt_tokens ?? 0, 0)
    }

    private static func decode(_ json: Data) throws(EmbeddingAnswerError) -> Body {
        do {
            return try JSONDecoder().decode(Body.self, from: json)
        } catch let error as DecodingError {
            throw .notDecodable(place: place(of: error))
        } catch {
            throw .notDecodable(place: "the body")
        }
    }

    /// Where decoding stopped. The values themselves are not told.
    private static func place(of error: DecodingError) -> String {
        let path =
            switch error {
            case .keyNotFound(let key, let context): context.codingPath + [key]
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                context.codingPath
            @unknown default: [any CodingKey]()
            }
        return path.isEmpty
            ? "the body" : path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    }
}

private struct Body: Decodable {
    let data: [Item]
    let usage: Usage?
}

/// The names are the provider's.
// swift-format-ignore: AlwaysUseLowerCamelCase
private struct Usage: Decodable {
    let total_tokens: Int?
    let prompt_tokens: Int?
}

private struct Item: Decodable {
    let index: Int
    let embedding: Numbers

    func unitVector(dimension: Int) throws(EmbeddingAnswerError) -> [Float] {
        var vector = try numbers()
        guard vector.count == dimension else {
            throw .wrongDimension(index: index, expected: dimension, found: vector.count)
        }
        guard vector.allSatisfy(\.isFinite) else { throw .notFinite(index: index) }
        // In doubles the squares of singles neither overflow nor vanish.
        let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        guard length > 0 else { throw .zeroVector(index: index) }
        for place in vector.indices { vector[place] = Float(Double(vector[place]) / length) }
        return vector
    }

    private func numbers() throws(EmbeddingAnswerError) -> [Float] {
        switch embedding {
        case .list(let numbers): return numbers
        case .base64(let text):
            guard let bytes = Data(base64Encoded: text), bytes.count % 4 == 0 else { throw .notBase64(index: index) }
            return bytes.withUnsafeBytes { raw in
                stride(from: 0, to: raw.count, by: 4).map { place in
                    let bits = raw.loadUnaligned(fromByteOffset: place, as: UInt32.self)
                    return Float(bitPattern: UInt32(littleEndian: bits))
                }
            }
        }
    }
}

/// A vector as it travels.
private enum Numbers: Decodable {
    case list([Float])
    /// Little-endian 32-bit numbers.
    case base64(String)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            self = .list(try container.decode([Float].self))
        } catch DecodingError.typeMismatch(_, let context) where context.codingPath.count == decoder.codingPath.count {
            self = .base64(try container.decode(String.self))
        }
    }
}
