import Catalog
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// JSON in and out: `snake_case` names, ISO 8601 dates, sorted keys.
enum JSONBody {
    /// Decodes a request's body.
    /// - Throws: `APIError` 413 for a body beyond `bytesMax`, 422 that names the field for anything that does not fit.
    static func decode<Value: Decodable>(_ type: Value.Type, from request: Request, bytesMax: Int) async throws -> Value
    {
        let buffer: ByteBuffer
        do {
            buffer = try await request.body.collect(upTo: bytesMax)
        } catch is NIOTooManyBytesError {
            throw APIError(
                status: .contentTooLarge, code: "body_too_large", detail: "The body has more than \(bytesMax) bytes")
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.dateDecodingStrategy = .iso8601
        do {
            return try decoder.decode(type, from: Data(buffer.readableBytesView))
        } catch let error as DecodingError {
            throw APIError.invalid([issue(error)], in: "body")
        }
    }

    /// Encodes an answer.
    static func response(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let data = try data(value)
        return Response(
            status: status, headers: [.contentType: "application/json", .contentLength: String(data.count)],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
    }

    /// The same as text, to be stored.
    static func text(_ value: some Encodable) throws -> String { String(decoding: try data(value), as: UTF8.self) }

    private static func data(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    private static func issue(_ error: DecodingError) -> FieldIssue {
        switch error {
        case .keyNotFound(let key, let context):
            FieldIssue(type: "missing", field: path(context.codingPath + [key]), message: "Field required")
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            FieldIssue(
                type: "type_error", field: path(context.codingPath), message: "Input should be \(name(of: type))")
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            FieldIssue(type: "json_invalid", field: [], message: "The body is not valid JSON")
        case .dataCorrupted(let context):
            FieldIssue(type: "value_error", field: path(context.codingPath), message: context.debugDescription)
        @unknown default:
            FieldIssue(type: "json_invalid", field: [], message: "The body does not fit")
        }
    }

    private static func path(_ keys: [any CodingKey]) -> [String] {
        keys.map { key in key.intValue.map(String.init) ?? snakeCase(key.stringValue) }
    }

    private static func snakeCase(_ name: String) -> String {
        var snake = ""
        for character in name {
            if character.isUppercase { snake += "_" + character.lowercased() } else { snake.append(character) }
        }
        return snake
    }

    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is Int.Type: "a whole number"
        case is Double.Type: "a number"
        case is UUID.Type: "a UUID"
        default: "\(type)".hasPrefix("Array") ? "a list" : "an object"
        }
    }
}
