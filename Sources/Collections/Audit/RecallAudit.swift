import Metrics
import Synchronization

/// A collection's sample of the searches that walks answered, and what its audit has shown.
///
/// A search costs one atomic addition; one that is sampled a short lock and a copy of its ids. Samples wait for `audit`
/// with the states they came from, so few may wait, and none for long: memory that searches let go is kept no longer.
final class RecallAudit: Sendable {
    static let pendingMax = 8
    static let pendingSecondsMax = 600

    private let sampler: AuditSampler
    private let metrics: AuditMetrics
    private let pending = Mutex<[AuditSample]>([])
    private let windows = Mutex([RecallWindow](repeating: RecallWindow(), count: RecallBucket.allCases.count))

    init(collection: String, share: Double, factory: any MetricsFactory = MetricsSystem.factory) {
        sampler = AuditSampler(share: share)
        metrics = AuditMetrics(collection: collection, factory: factory)
    }

    // MARK: Sampling

    /// Looks at answers, of which some may have come from walks, and keeps a sample of those.
    func consider(_ run: SearchRun, _ answers: [SearchResult]) {
        for (index, answer) in answers.enumerated() where answer.plan.partsCount[.graph] != nil && sampler.next() {
            keep(AuditSample(run, index, answer, takenAt: .now))
        }
    }

    /// The newest sample goes where there is no room.
    func keep(_ sample: AuditSample) {
        let isKept = pending.withLock { pending in
            guard pending.count < Self.pendingMax else { return false }
            pending.append(sample)
            return true
        }
        if !isKept { drop(sample) }
    }

    /// Gives up the samples that waited too long, lest the states they came from be kept for ever where no one audits.
    func forgetStale(now: ContinuousClock.Instant = .now) {
        let stale = pending.withLock { pending in
            let isStale = { (sample: AuditSample) in
                now - sample.takenAt > .seconds(Self.pendingSecondsMax)
            }
            let stale = pending.filter(isStale)
            pending.removeAll(where: isStale)
            return stale
        }
        for sample in stale { drop(sample) }
    }

    // MARK: Auditing

    /// The sample that waited longest; it is to be noted or dropped.
    func take() -> AuditSample? {
        pending.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }

    func drop(_ sample: AuditSample) { metrics.countDropped(RecallBucket(limit: sample.limit)) }

    /// - Parameter recall: nil where there was nothing to find: the search was audited and tells nothing.
    func note(_ sample: AuditSample, recall: Double?) {
        let bucket = RecallBucket(limit: sample.limit)
        metrics.countAudited(bucket)
        guard let recall else { return }
        let estimate = windows.withLock { windows in
            windows[bucket.rawValue].add(recall)
            return Self.estimate(windows, bucket)
        }
        if let estimate { metrics.record(estimate, bucket) }
    }

    /// For each bucket of which searches were audited, by rising limits.
    var estimates: [RecallEstimate] {
        windows.withLock { windows in RecallBucket.allCases.compactMap { Self.estimate(windows, $0) } }
    }

    private static func estimate(_ windows: [RecallWindow], _ bucket: RecallBucket) -> RecallEstimate? {
        let window = windows[bucket.rawValue]
        return window.mean.map { RecallEstimate(bucket, recall: $0, queries: window.count) }
    }
}
