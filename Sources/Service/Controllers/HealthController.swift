import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Storage
import VectorCollections

/// Whether the service lives, and whether it is ready for work. Open to everybody; tells nothing internal.
struct HealthController: Sendable {
    let database: Database
    let index: VectorIndex
    let draining: Draining

    func addRoutes(to router: Router<APIContext>) {
        router.get("health", use: health)
        router.get("health/live", use: live)
        router.get("health/ready", use: ready)
        router.get("health/detailed", use: detailed)
        router.get("ready", use: ready)
    }

    @Sendable private func health(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Encodable {
            let status: String
            let version = Version.current
            let timestamp: Date
            let service = "greenroom"
        }
        return try JSONBody.response(Body(status: index.isReady ? "healthy" : "starting", timestamp: Date()))
    }

    @Sendable private func live(_ request: Request, context: APIContext) async throws -> Response {
        try JSONBody.response(["status": "alive"])
    }

    @Sendable private func ready(_ request: Request, context: APIContext) async throws -> Response {
        let database = await isDatabaseUp(context)
        let isReady = database && index.isReady && !draining.isDraining
        return try JSONBody.response(
            ["status": isReady ? "ready" : draining.isDraining ? "draining" : "not_ready"],
            status: isReady ? .ok : .serviceUnavailable)
    }

    @Sendable private func detailed(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Encodable {
            struct Pool: Encodable {
                let status: String
                let open: Int
                let leased: Int
                let waiting: Int
            }
            struct Collection: Encodable {
                let status: String
                let points: Int
                let appliedPosition: Int64
            }
            let status: String
            let version = Version.current
            let timestamp: Date
            let database: Pool
            let collections: [String: Collection]
        }
        let isUp = await isDatabaseUp(context)
        let statistics = database.statistics
        let isHealthy = isUp && index.isReady
        var collections: [String: Body.Collection] = [:]
        for entry in index.entries {
            let info = entry.collection.info()
            collections[info.name] = Body.Collection(
                status: entry.isReady ? "ready" : "loading", points: info.pointsCount,
                appliedPosition: info.appliedPosition.rawValue)
        }
        let pool = Body.Pool(
            status: isUp ? "up" : "down", open: statistics.open, leased: statistics.leased, waiting: statistics.waiting)
        return try JSONBody.response(
            Body(
                status: isHealthy ? "healthy" : "unhealthy", timestamp: Date(), database: pool, collections: collections
            ),
            status: isHealthy ? .ok : .serviceUnavailable)
    }

    /// The log has the reason where it is down.
    private func isDatabaseUp(_ context: APIContext) async -> Bool {
        do {
            try await database.ping()
            return true
        } catch {
            context.logger.warning("the database does not answer", metadata: ["error": "\(error)"])
            return false
        }
    }
}
