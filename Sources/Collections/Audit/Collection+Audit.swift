extension Collection {
    /// Judges the walks: runs the searches that were sampled since the last call exactly, each on the state its answer
    /// came from, and compares. On the pool of builders, so that no search waits for it; to be called from a loop, whose
    /// pause bounds what audits cost. At most eight searches a call, one after another, each O(points × dimension).
    ///
    /// Sampled are searches that a walk through a graph answered, `CollectionParameters.auditShare` of them; those made
    /// for hybrid, diverse, grouped and recommended answers count as well, with the limit of the search that was made.
    /// Not sampled are exact searches and those answered by scans, which miss nothing. What was found stands in
    /// `CollectionInfo.recall`.
    /// - Returns: how many searches were audited.
    /// - Throws: `WorkerPoolError`, `CancellationError`; the sample at hand is dropped then, others keep waiting.
    @discardableResult
    public func audit() async throws -> Int {
        var auditedCount = 0
        // What is sampled meanwhile waits for the next call.
        while auditedCount < RecallAudit.pendingMax, let sample = recallAudit.take() {
            do {
                let recall = try await onBuilders { sample.recall() }
                recallAudit.note(sample, recall: recall)
            } catch {
                recallAudit.drop(sample)
                throw error
            }
            auditedCount += 1
        }
        return auditedCount
    }
}
