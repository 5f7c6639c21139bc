import Catalog
import Foundation
import HTTPTypes
import Hummingbird
import Metrics
import VectorCollections

/// Lets a caller wait until this instance's index has what the caller wrote, on whichever instance that was.
///
/// A write answers with `X-Greenroom-Position: questions=42`. A request that brings positions in
/// `X-Greenroom-Wait-For`, with commas between several, is answered once they are applied here, or after a bounded wait
/// with 503.
struct ReadYourWrites: RouterMiddleware {
    typealias Context = APIContext

    static let waitSeconds = 5.0

    let index: VectorIndex

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        if let header = request.headers[.waitFor] {
            for (collection, position) in try Self.positions(header) {
                try await wait(for: position, in: collection)
            }
        }
        return try await next(request, context)
    }

    /// - Throws: `APIError` 422 that says what is allowed.
    static func positions(_ header: String) throws -> [(CollectionName, Position)] {
        try header.split(separator: ",").map { part in
            let pair = part.split(separator: "=").map { $0.trimmingCharacters(in: .whitespaces) }
            guard pair.count == 2, let name = CollectionName(rawValue: pair[0]), let position = Int64(pair[1]),
                position >= 0
            else {
                let names = CollectionName.allCases.map(\.rawValue).sorted().joined(separator: ", ")
                let issue = FieldIssue(
                    type: "position", field: "X-Greenroom-Wait-For",
                    message:
                        "Allowed are a collection, = and a position, such as questions=42; collections are \(names)",
                    input: String(part))
                throw APIError.invalid([issue], in: "header")
            }
            return (name, Position(position))
        }
    }

    private func wait(for position: Position, in collection: CollectionName) async throws {
        let entry = index.entry(of: collection)
        guard let follower = entry.follower else { return }
        let isThere = entry.collection.appliedPosition >= position
        var result = "at_once"
        defer {
            Counter(
                label: "read_your_writes_total", dimensions: [("collection", collection.rawValue), ("result", result)]
            ).increment()
        }
        if isThere { return }
        do {
            result = "waited"
            try await follower.waitUntilApplied(position, timeoutSeconds: Self.waitSeconds)
        } catch is WaitError {
            result = "timed_out"
            throw APIError.unavailable(
                "This instance has not applied position \(position.rawValue) of \(collection.rawValue) yet",
                code: "not_caught_up", retryAfterSeconds: 1)
        }
    }
}

extension HTTPField.Name {
    static let waitFor = HTTPField.Name("X-Greenroom-Wait-For")!
    static let position = HTTPField.Name("X-Greenroom-Position")!
}

extension Response {
    /// Tells the position of a write.
    func at<Item: CatalogItem>(_ write: ItemWrite<Item>) -> Response { at(write.position, Item.collection) }

    func at(_ position: Int64, _ collection: CollectionName) -> Response {
        var response = self
        response.headers[.position] = "\(collection.rawValue)=\(position)"
        return response
    }
}

extension Request {
    /// Whether the caller asks to see what it wrote: then a replica will not do.
    var wantsOwnWrites: Bool { headers[.waitFor] != nil }
}
