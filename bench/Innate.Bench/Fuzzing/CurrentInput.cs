using System.IO.MemoryMappedFiles;

namespace Innate.Bench.Fuzzing;

/// <summary>
/// The input that is being read, in a file that outlives the process: a stack that overflows leaves no other trace. It begins
/// with the input's length, 4 bytes.
/// </summary>
internal sealed class CurrentInput : IDisposable
{
    private readonly string _file;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;

    public CurrentInput(string file, int longest)
    {
        _file = file;
        _map = MemoryMappedFile.CreateFromFile(file, FileMode.Create, null, longest + 4);
        _view = _map.CreateViewAccessor();
    }

    public void Set(byte[] input)
    {
        _view.Write(0, input.Length);
        _view.WriteArray(4, input, 0, input.Length);
    }

    public void Delete() => File.Delete(_file);

    public void Dispose()
    {
        _view.Dispose();
        _map.Dispose();
    }
}
