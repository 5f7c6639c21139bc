import Workers

/// Tells an embedder that does not work now from a text that it cannot take.
public enum EmbedderOutage {
    /// Whether the same call may succeed later.
    public static func isOutage(_ error: any Error) -> Bool {
        switch error {
        case is EmbedderUnavailable, is RemoteEmbedderError, is WorkerPoolError, is ModelError: true
        default: false
        }
    }
}
