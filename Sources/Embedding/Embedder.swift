/// Turns texts into vectors whose inner product says how near their meanings are.
public protocol Embedder: Sendable {
    /// Whose vectors these are.
    var model: EmbeddingModel { get }

    /// One vector of length 1 and `model.dimension` numbers for each text, in the order of the texts.
    /// - Throws: the embedder's own errors, `CancellationError` when the task was cancelled; then there is no vector at all.
    func embed(_ texts: [String]) async throws -> [[Float]]
}
