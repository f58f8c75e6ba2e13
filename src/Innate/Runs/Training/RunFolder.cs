using Innate.Learning.Runs;

namespace Innate.Runs.Training;

/// <summary>The folder of one run: who may write into it. An empty one that the run made goes again with the run.</summary>
internal sealed class RunFolder : IDisposable
{
    private readonly string _path;
    private readonly bool _isNew;
    private FileStream? _running;

    /// <param name="path">May not exist yet.</param>
    public RunFolder(string path) => (_path, _isNew) = (path, !Directory.Exists(path));

    public static string Checkpoints(string path) => Path.Combine(path, "checkpoints");

    public static string Final(string path) => Path.Combine(path, "final");

    /// <summary>The model of the last step, of a run that ends with another.</summary>
    public static string Last(string path) => Path.Combine(path, "last");

    /// <summary>A folder that holds a run is gone on with when that is asked for, and otherwise left alone.</summary>
    /// <exception cref="InputException">
    /// It holds a run; or, to be gone on with, one that is over and left no checkpoint.
    /// </exception>
    public void Require(bool resume)
    {
        bool isOver = Directory.Exists(Final(_path));
        if (resume && isOver && TrainingCheckpoint.Newest(Checkpoints(_path)) is null)
        {
            throw new InputException(
                "Output", "a run that has a checkpoint to go on from", $"{_path}, a finished run without one");
        }

        if (!resume && (isOver || File.Exists(Path.Combine(_path, "metrics.jsonl")) || Directory.Exists(Checkpoints(_path))))
        {
            throw new InputException(
                "Output", "a folder that holds no run, or {Resume} to go on with it", $"{_path}, which already holds a run");
        }
    }

    /// <summary>
    /// Two runs in one folder would overwrite each other's checkpoints. The system lets go of the lock however a run ends.
    /// </summary>
    /// <exception cref="InputException">The folder cannot be made or written, or another run is at work in it.</exception>
    public void Lock()
    {
        WholeFile.MakeFolder("Output", _path);
        try
        {
            _running = new FileStream(
                Path.Combine(_path, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1,
                FileOptions.DeleteOnClose);
        }
        catch (IOException e)
        {
            throw new InputException("Output", "a folder in which no other run is at work", _path, e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InputException("Output", "a folder that may be written", _path, e);
        }
    }

    public void Dispose()
    {
        _running?.Dispose();
        if (_isNew && Directory.Exists(_path) && !Directory.EnumerateFileSystemEntries(_path).Any()) Directory.Delete(_path);
    }
}
