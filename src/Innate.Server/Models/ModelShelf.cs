namespace Innate.Server.Models;

/// <summary>The model that new requests get; a reload puts another one in its place.</summary>
/// <param name="load">Loads the model anew.</param>
internal sealed class ModelShelf(Func<string?, ServedModel> load) : IDisposable
{
    private readonly SemaphoreSlim _oneReload = new(1, 1);
    private volatile ServedModel _current = load(null);

    /// <summary>For facts; whoever computes holds a lease.</summary>
    public ServedModel Current => _current;

    /// <summary>Reloads so far.</summary>
    public int Reloads { get; private set; }

    /// <summary>A request's hold on the model that new requests get.</summary>
    public ModelLease Lease()
    {
        while (true)
        {
            ServedModel model = _current;
            if (model.TryLease()) return new ModelLease(model);
        }
    }

    /// <summary>Loads the files again, beside the model that goes on answering, and puts the new one in its place.</summary>
    /// <param name="folder">Another folder; null: the same.</param>
    /// <param name="cancellation">Given up while waiting for another reload.</param>
    /// <exception cref="InputException">The files cannot be loaded: the model stays as it was.</exception>
    public async Task<ServedModel> Reload(string? folder, CancellationToken cancellation)
    {
        await _oneReload.WaitAsync(cancellation);
        try
        {
            ServedModel fresh = await Task.Run(() => load(folder ?? _current.Folder), CancellationToken.None);
            ServedModel old = Interlocked.Exchange(ref _current, fresh);
            Reloads++;
            old.Release();
            return fresh;
        }
        finally
        {
            _oneReload.Release();
        }
    }

    public void Dispose()
    {
        _current.Release();
        _oneReload.Dispose();
    }
}

/// <summary>A request's hold on the model that it was prepared for.</summary>
internal sealed class ModelLease(ServedModel model) : IDisposable
{
    private int _released;

    public ServedModel Model { get; } = model;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0) Model.Release();
    }
}
