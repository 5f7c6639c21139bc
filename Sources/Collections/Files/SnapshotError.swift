/// Why a snapshot was not taken, or cannot be used. A snapshot is a copy: what is lost with it is time.
public enum SnapshotError: Error, Equatable, CustomStringConvertible {
    case file(FileError)
    /// Another process, or another part of this one, has the folder.
    case locked(folder: String)
    /// The snapshot is of another source, model or set of fields.
    case otherContents(folder: String, field: String, came: String, allowed: String)
    /// A file is damaged, forged, or of another version.
    /// - Parameter quarantine: the name it has there; nil when it could not be moved.
    case refused(folder: String, file: String, reason: SectionFileError, quarantine: String?)
    /// A file that the manifest names is not there.
    case missing(folder: String, file: String)
    /// Nothing was loaded yet that a snapshot could hold.
    case notLoaded(collection: String)
    /// A snapshot of the collection is being taken.
    case busy(collection: String)
    /// The collection was made without files.
    case noFiles(collection: String)
    /// The files were since given to another collection, or found damaged.
    case superseded(collection: String)
    /// The snapshot is good, and there is no room to open it.
    case memory(MemoryLimitError)

    /// Whether the collection has to be filled from its source: the snapshot, being one piece with the position it
    /// ends at, is of no use. Other collections are not concerned.
    public var mustRebuild: Bool {
        switch self {
        case .otherContents, .refused, .missing: true
        default: false
        }
    }

    public var description: String {
        switch self {
        case .file(let error): "\(error)"
        case .locked(let folder): "the folder \(folder) is in use by another process: only one may have it"
        case .otherContents(let folder, let field, let came, let allowed):
            "the snapshot in \(folder) has the \(field) '\(came)', allowed is '\(allowed)': "
                + "the collection must be rebuilt from its source"
        case .refused(let folder, let file, let reason, let quarantine):
            "the file \(file) in \(folder) was refused: \(reason); "
                + (quarantine.map { "it is now quarantine/\($0), and " } ?? "it could not be moved aside, and ")
                + "the collection must be rebuilt from its source"
        case .missing(let folder, let file):
            "the file \(file) is missing in \(folder): the collection must be rebuilt from its source"
        case .notLoaded(let collection):
            "collection \(collection): nothing was loaded yet, so there is no snapshot to take"
        case .busy(let collection): "collection \(collection): a snapshot is being taken: wait for its end"
        case .noFiles(let collection): "collection \(collection) was made without files, so it takes no snapshots"
        case .superseded(let collection):
            "collection \(collection): its files were given to another collection or found damaged, so it takes no "
                + "more snapshots"
        case .memory(let error): "\(error)"
        }
    }
}
