/// What a collection asks of a file system. Each step happens or throws; what was not synchronised may be lost when the
/// machine stops.
protocol FileSystem: Sendable {
    /// Makes a folder in an existing one; nothing happens where it is there already.
    func makeFolder(_ path: String) throws(FileError)
    /// The names in a folder, sorted.
    func names(in folder: String) throws(FileError) -> [String]
    /// A new empty file to be written from its start to its end, in place of one that was there.
    func create(_ path: String) throws(FileError) -> any FileWriter
    /// A file's bytes; nil where there is no file.
    func map(_ path: String) throws(FileError) -> MappedFile?
    /// A file without a name in a folder, its room on the disk reserved.
    func scratch(in folder: String, bytes: Int) throws(FileError) -> ScratchFile
    /// Moves a file in one step, in place of one that was there.
    func rename(_ path: String, to: String) throws(FileError)
    func remove(_ path: String) throws(FileError)
    /// Makes the names in a folder outlast a stop of the machine.
    func synchronise(folder: String) throws(FileError)
    /// Holds a file, made if need be, until the lock goes; nil where another holds it.
    func lock(_ path: String) throws(FileError) -> (any FileLock)?
}

/// A file being written. It is closed when the last reference goes.
protocol FileWriter: AnyObject {
    func append(_ bytes: UnsafeRawBufferPointer) throws(FileError)
    /// Makes what was written outlast a stop of the machine.
    func synchronise() throws(FileError)
}

/// Held as long as it is referenced, or until the process ends.
protocol FileLock: AnyObject, Sendable {}

/// A step that the file system refused.
public struct FileError: Error, Equatable, CustomStringConvertible {
    /// Such as "rename".
    public let operation: String
    public let path: String
    /// The system's number of the reason.
    public let code: Int32
    /// The system's words for it.
    public let reason: String

    public var description: String { "cannot \(operation) \(path): \(reason) (error \(code))" }
}
