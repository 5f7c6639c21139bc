import Metrics
import Synchronization

/// Where a collection's segments put what is bulky and not walked: a folder on a disk, as long as that has room.
///
/// What is refused goes to memory, and is counted by `vector_scratch_refused_total{collection}`.
final class ScratchSpace: Sendable {
    private let folder: SnapshotFolder
    private let bytesMin: Int
    private let refused: Counter
    private let refusal = Mutex<FileError?>(nil)

    /// - Parameter bytesMin: what is smaller stays in memory.
    init(_ folder: SnapshotFolder, collection: String, bytesMin: Int) {
        self.folder = folder
        self.bytesMin = bytesMin
        refused = Counter(label: "vector_scratch_refused_total", dimensions: [("collection", collection)])
    }

    /// Why the last file could not be made; nil where it could.
    var lastRefusal: FileError? { refusal.withLock { $0 } }

    func isWanted(bytes: Int) -> Bool { bytes > 0 && bytes >= bytesMin }

    /// A file of so many bytes; nil where memory is the better or the only place. Blocks its thread for moments.
    func file(bytes: Int) -> ScratchFile? {
        guard isWanted(bytes: bytes) else { return nil }
        do throws(FileError) {
            let file = try folder.scratch(bytes: bytes)
            refusal.withLock { $0 = nil }
            return file
        } catch {
            refused.increment()
            refusal.withLock { $0 = error }
            return nil
        }
    }
}
