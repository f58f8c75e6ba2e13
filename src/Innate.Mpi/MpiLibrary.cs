using System.Runtime.InteropServices;
using System.Text;

namespace Innate.Mpi;

/// <summary>
/// The dozen functions of Open MPI's C interface (MPI standard 3.1) that the group needs. Its handles are addresses of the
/// library's own symbols, which is Open MPI's way and not MPICH's.
/// </summary>
internal sealed unsafe partial class MpiLibrary
{
    private const string Name = "libmpi.so.40";

    // RTLD_NOW and RTLD_GLOBAL: Open MPI's own plugins look for the library's symbols among those of the process.
    private const int NowAndForAll = 0x2 | 0x100;

    private readonly nint _library;
    private readonly delegate* unmanaged<int*, byte***, int, int*, int> _init;
    private readonly delegate* unmanaged<nint, nint, int> _setErrorHandler;
    private readonly delegate* unmanaged<nint, int*, int> _rank;
    private readonly delegate* unmanaged<nint, int*, int> _size;
    private readonly delegate* unmanaged<void*, int*, int*, nint, void*, int*, int*, nint, nint, nint*, int> _exchange;
    private readonly delegate* unmanaged<nint*, int*, void*, int> _test;
    private readonly delegate* unmanaged<int, byte*, int*, int> _errorString;
    private readonly delegate* unmanaged<nint, int, int> _abort;
    private readonly delegate* unmanaged<int> _finalize;
    private readonly nint _world;
    private readonly nint _byte;
    private readonly nint _returnErrors;

    private MpiLibrary(nint library)
    {
        _library = library;
        _init = (delegate* unmanaged<int*, byte***, int, int*, int>)Symbol("MPI_Init_thread");
        _setErrorHandler = (delegate* unmanaged<nint, nint, int>)Symbol("MPI_Comm_set_errhandler");
        _rank = (delegate* unmanaged<nint, int*, int>)Symbol("MPI_Comm_rank");
        _size = (delegate* unmanaged<nint, int*, int>)Symbol("MPI_Comm_size");
        _exchange =
            (delegate* unmanaged<void*, int*, int*, nint, void*, int*, int*, nint, nint, nint*, int>)Symbol("MPI_Ialltoallv");
        _test = (delegate* unmanaged<nint*, int*, void*, int>)Symbol("MPI_Test");
        _errorString = (delegate* unmanaged<int, byte*, int*, int>)Symbol("MPI_Error_string");
        _abort = (delegate* unmanaged<nint, int, int>)Symbol("MPI_Abort");
        _finalize = (delegate* unmanaged<int>)Symbol("MPI_Finalize");
        _world = Symbol("ompi_mpi_comm_world");
        _byte = Symbol("ompi_mpi_byte");
        _returnErrors = Symbol("ompi_mpi_errors_return");
    }

    /// <summary>Loads the library and begins MPI.</summary>
    /// <exception cref="InputException">There is no Open MPI.</exception>
    /// <exception cref="IOException">MPI cannot begin.</exception>
    public static MpiLibrary Begin()
    {
        nint handle = OperatingSystem.IsLinux() ? Open(Name, NowAndForAll) : 0;
        if (handle == 0)
        {
            throw new InputException(
                $"{Name}: expected Open MPI's library where the system looks for libraries (Debian: openmpi-bin), found none.");
        }

        MpiLibrary mpi = new(handle);
        // Serialized: one thread at a time asks, not always the same.
        const int Serialized = 2;
        int provided = 0;
        mpi.Require(mpi._init(null, null, Serialized, &provided));
        if (provided < Serialized)
        {
            throw new InputException(
                $"{Name}: expected an Open MPI that several threads may ask in turn, found one of level {provided}.");
        }

        mpi.Require(mpi._setErrorHandler(mpi._world, mpi._returnErrors));
        return mpi;
    }

    public int Rank => Read(_rank);

    public int Size => Read(_size);

    /// <summary>Begins an exchange of bytes: counts and places by rank, all in memory that stays where it is.</summary>
    /// <returns>The request, for <see cref="IsDone"/>.</returns>
    public nint Exchange(byte* sent, int* sentCounts, int* sentPlaces, byte* received, int* counts, int* places)
    {
        nint request = 0;
        Require(_exchange(sent, sentCounts, sentPlaces, _byte, received, counts, places, _byte, _world, &request));
        return request;
    }

    /// <summary>Whether an exchange is over; moves it on.</summary>
    public bool IsDone(ref nint request)
    {
        int flag = 0;
        fixed (nint* r = &request) Require(_test(r, &flag, null));
        return flag != 0;
    }

    public void Finish() => Require(_finalize());

    /// <summary>Ends all processes of the job.</summary>
    public void Abort() => _ = _abort(_world, 1);

    private static int Text(delegate* unmanaged<int, byte*, int*, int> read, int code, Span<byte> text)
    {
        int length = 0;
        fixed (byte* to = text) _ = read(code, to, &length);
        return length;
    }

    private int Read(delegate* unmanaged<nint, int*, int> read)
    {
        int value = 0;
        Require(read(_world, &value));
        return value;
    }

    private void Require(int code)
    {
        if (code == 0) return;
        Span<byte> text = stackalloc byte[1024];
        throw new IOException($"Open MPI: {Encoding.UTF8.GetString(text[..Text(_errorString, code, text)])}");
    }

    private nint Symbol(string name) => NativeLibrary.TryGetExport(_library, name, out nint symbol) ? symbol
        : throw new InputException($"{Name}: expected Open MPI's library, found one without {name}.");

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Open(string name, int flags);
}
