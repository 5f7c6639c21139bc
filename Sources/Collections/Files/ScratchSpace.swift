import Metrics
import Synchronization

/// Where a collection's segments put what is bulky and not walked: a folder on a disk, as long as that has room.
///
/// Small segments share files, so that a first load, which makes many, does not open one for each. What is refused goes to
/// memory, and is counted by `vector_scratch_refused_total{collection}`.
final class ScratchSpace: Sendable {
    /// Larger rooms have a file of their own.
    private static let sharingBytesMax = 16 << 20
    private static let sharedFileBytes = 64 << 20

    private struct State {
        /// The file that small rooms are taken of; it goes when the segments in it are gone.
        weak var shared: ScratchFile?
        var lastRefusal: FileError?
    }

    private let folder: SnapshotFolder
    private let bytesMin: Int
    private let refused: Counter
    private let state = Mutex(State())

    /// - Parameter bytesMin: what is smaller stays in memory.
    init(_ folder: SnapshotFolder, collection: String, bytesMin: Int) {
        self.folder = folder
        self.bytesMin = bytesMin
        refused = Counter(label: "vector_scratch_refused_total", dimensions: [("collection", collection)])
    }

    /// Why the last room could not be had; nil where it could.
    var lastRefusal: FileError? { state.withLock { $0.lastRefusal } }

    func isWanted(bytes: Int) -> Bool { bytes > 0 && bytes >= bytesMin }

    /// Room for so many bytes; nil where memory is the better or the only place. Blocks its thread for moments.
    func room(bytes: Int) -> ScratchRoom? {
        guard isWanted(bytes: bytes) else { return nil }
        return state.withLock { state in
            do throws(FileError) {
                let room = try room(bytes: bytes, &state)
                state.lastRefusal = nil
                return room
            } catch {
                refused.increment()
                state.lastRefusal = error
                return nil
            }
        }
    }

    private func room(bytes: Int, _ state: inout State) throws(FileError) -> ScratchRoom? {
        if bytes > Self.sharingBytesMax { return try folder.scratch(bytes: bytes).room(bytes: bytes) }
        if let room = state.shared?.room(bytes: bytes) { return room }
        let file = try folder.scratch(bytes: Self.sharedFileBytes)
        state.shared = file
        return file.room(bytes: bytes)
    }
}
