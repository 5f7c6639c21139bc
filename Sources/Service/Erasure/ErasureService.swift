import Catalog
import Foundation
import Logging
import Metrics
import ServiceLifecycle
import Storage
import VectorCollections

/// Cleans what was erased out of this instance: out of its caches at once, out of the index and its files within a stated
/// time. Segments are made anew without it, and a snapshot replaces the files. In the index nobody finds it any more as soon
/// as the erasure's change is applied; this is about bytes.
struct ErasureService: Service {
    private static let waitSeconds = 60.0
    /// Between two looks at the ledger.
    private static let lookSeconds = 1.0
    /// After a failure, besides.
    private static let retrySeconds = 10.0

    let database: Database
    let index: VectorIndex
    /// How long an erasure may wait for others, so that one purge serves them.
    let seconds: Int
    /// Whether the collections have files.
    let hasFiles: Bool
    /// The ledger's copy beside the backups; nil for none.
    let file: ErasureFile?
    /// Drops texts that are kept for callers who ask again.
    let forget: @Sendable () -> Void
    let logger: Logger

    /// Before anything is served: takes in what the ledger's copy knows and erases again what a restore has brought back.
    func applyAgain(_ replay: ErasureReplay) async throws {
        let ledger = ErasureLedger(database: database)
        if let file {
            let taken = try await ledger.add(try await file.entries())
            if taken > 0 {
                logger.notice("took in erasures from beside the backups", metadata: ["count": "\(taken)"])
            }
        }
        let count = try await replay.run()
        if count > 0 { logger.notice("erased again what a restore brought back", metadata: ["count": "\(count)"]) }
    }

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await follow() }
        } catch is CancellationError {
            // The service stops: the next start begins with a purge.
        }
    }

    /// What was erased before this instance was stopped is purged first.
    private func follow() async throws {
        let ledger = ErasureLedger(database: database)
        var (seen, copied, purged) = (-1, -1, -1)
        var due = ContinuousClock.now
        while true {
            let count = try await attempt("cannot read the ledger of erasures") { try await ledger.count() } ?? seen
            if count != seen {
                forget()
                if seen >= 0, seen == purged { due = .now + .seconds(seconds) }
                seen = count
            }
            // Neither keeps the other from being done.
            if count != copied {
                let isCopied: Void? = try await attempt("cannot copy the ledger of erasures beside the backups") {
                    if let file { try await file.add(try await ledger.entries()) }
                }
                if isCopied != nil { copied = count }
            }
            if count != purged, .now >= due {
                let isPurged = try await attempt("cannot clean what was erased out of the files") { try await purge() }
                if isPurged == true { purged = count }
            }
            try await Task.sleep(for: .seconds(Self.lookSeconds))
        }
    }

    /// - Returns: nil where it failed, which is logged, after a pause.
    private func attempt<Value>(_ failure: Logger.Message, _ body: () async throws -> Value) async throws -> Value? {
        do {
            return try await body()
        } catch  where !(error is CancellationError) && !Task.isCancelled {
            logger.warning(failure, metadata: ["error": "\(error)", "next": "trying again"])
            try await Task.sleep(for: .seconds(Self.retrySeconds))
            return nil
        }
    }

    /// - Returns: false where a generation is still loading, perhaps from a snapshot that holds what was erased.
    private func purge() async throws -> Bool {
        guard index.generations.allSatisfy(\.isReady) else { return false }
        let log = ChangeLog(database: database)
        for collection in index.collections {
            let head = Position(try await log.head(of: collection.name))
            for generation in collection.all {
                guard let follower = generation.follower else { continue }
                try await follower.waitUntilApplied(head, timeoutSeconds: Self.waitSeconds)
                try await generation.collection.purge()
                if hasFiles { try await snapshot(generation.collection) }
            }
        }
        Counter(label: "erasure_purges_total").increment()
        return true
    }

    /// Another one may be under way, which began before the purge ended.
    private func snapshot(_ collection: VectorCollections.Collection) async throws {
        while true {
            do {
                return try await collection.snapshot()
            } catch SnapshotError.busy {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }
}
