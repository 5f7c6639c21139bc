import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Sends one request to a provider and reads one answer, bounded in bytes. Redirects are not followed.
final class ProviderConnection: Sendable {
    private static let connectTimeoutSeconds: Int64 = 10
    /// Of an answer that is no success; the rest is left unread.
    private static let complaintBytesMax = 16_384

    private let client: HTTPClient
    private let endpoint: Endpoint
    private let key: APIKey?
    private let organization: String?

    init(_ configuration: RemoteEmbedderConfiguration) {
        endpoint = configuration.endpoint
        key = configuration.key
        organization = configuration.organization
        var settings = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(Self.connectTimeoutSeconds)))
        // Attempts are counted in one place, which is not there.
        settings.connectionPool.retryConnectionEstablishment = false
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = configuration.concurrencyMax
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    }

    deinit {
        // The client insists on being shut down; when it was already, it says so and nothing is left to do.
        client.shutdown { _ in }
    }

    /// Ends what is under way and closes the connections. A second time is an error.
    func shutdown() async throws { try await client.shutdown() }

    /// - Throws: `ProviderFailure.connection`; `EmbeddingAnswerError.tooLarge`; `CancellationError` at once when the task
    ///   is cancelled.
    func post(_ body: Data, answerBytesMax: Int) async throws -> ProviderReply {
        do {
            let response = try await client.execute(request(body), deadline: .distantFuture)
            let isSuccess = (200..<300).contains(Int(response.status.code))
            let content =
                isSuccess
                ? try await Self.whole(response, bytesMax: answerBytesMax) : try await Self.beginning(response)
            return ProviderReply(status: Int(response.status.code), headers: response.headers, body: content)
        } catch let error as EmbeddingAnswerError {
            throw error
        } catch {
            // A body that ends because its reader was cancelled must not be taken for a whole one or for a failure.
            try Task.checkCancellation()
            throw ProviderFailure.connection(reason: reason(error))
        }
    }

    private func request(_ body: Data) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: endpoint.embeddings)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(name: "accept", value: "application/json")
        request.headers.add(name: "user-agent", value: "greenroom")
        if let key { request.headers.add(name: "authorization", value: key.authorization) }
        if let organization { request.headers.add(name: "openai-organization", value: organization) }
        request.body = .bytes(ByteBuffer(bytes: body))
        return request
    }

    private static func whole(_ response: HTTPClientResponse, bytesMax: Int) async throws -> Data {
        let announced = response.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        guard announced <= bytesMax else { throw EmbeddingAnswerError.tooLarge(bytesMax: bytesMax) }
        var content = Data()
        for try await part in response.body {
            guard content.count + part.readableBytes <= bytesMax else {
                throw EmbeddingAnswerError.tooLarge(bytesMax: bytesMax)
            }
            content.append(contentsOf: part.readableBytesView)
        }
        try Task.checkCancellation()
        return content
    }

    private static func beginning(_ response: HTTPClientResponse) async throws -> Data {
        var content = Data()
        for try await part in response.body {
            content.append(contentsOf: part.readableBytesView.prefix(complaintBytesMax - content.count))
            if content.count == complaintBytesMax { break }
        }
        try Task.checkCancellation()
        return content
    }

    /// The client's own errors may hold the values of headers, so only their short names are told.
    private func reason(_ error: any Error) -> String {
        if let error = error as? HTTPClientError { return error.shortDescription }
        let text = String(describing: error)
        return String((key?.masking(text) ?? text).prefix(300))
    }
}
