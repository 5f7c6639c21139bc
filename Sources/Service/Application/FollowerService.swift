import ServiceLifecycle
import VectorCollections

/// Runs a follower until the service stops.
struct FollowerService: Service {
    let follower: Follower

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            do {
                try await follower.run()
            } catch is CancellationError {
                // The service stops: what is applied is in the database too.
            }
        }
    }
}
