using Innate.Generation;
using Innate.Models;
using Innate.Server.Completions;
using Innate.Sessions;
using Innate.Text;
using Innate.Traces;

namespace Innate.Server.Models;

/// <summary>
/// One loading of a model and all that its requests need. A reload makes another one; this one lives until the last request that
/// took it has been answered.
/// </summary>
internal sealed class ServedModel : IDisposable
{
    private readonly Lock _lock = new();
    private int _leases = 1; // the server's own
    private bool _disposed;
    private ChatFormat? _chat;
    private ChatFormat? _raw;
    private string? _generationPrompt;
    private IReadOnlySet<int>? _stopIds;
    private TokenNames? _names;

    /// <summary>What replies call the model.</summary>
    public required string Name { get; init; }

    public required string Folder { get; init; }

    public required ITraceSource Traces { get; init; }

    /// <summary>Traces with the likeliest tokens beside; null where the source cannot tell.</summary>
    public Func<IReadOnlyList<TraceQuery>, int, CancellationToken, IReadOnlyList<TokenTrace[]>>? Likeliest { get; init; }

    /// <summary>A trained reward model's scores; null for a language model.</summary>
    public Func<IReadOnlyList<TraceQuery>, CancellationToken, IReadOnlyList<double[]>>? Classify { get; init; }

    /// <summary>The implicit reward's reference; null: none.</summary>
    public ITraceSource? Reference { get; init; }

    /// <summary>Null where the folder has none: rows must then hold ids.</summary>
    public Tokenizer? Tokenizer { get; init; }

    /// <summary>Null where the folder has none.</summary>
    public ChatTemplate? Template { get; init; }

    /// <summary>Whether text is encoded without the template unless a request says otherwise.</summary>
    public bool Raw { get; init; }

    public required ModelFingerprint Fingerprint { get; init; }

    /// <summary>Null where the model is no checkpoint.</summary>
    public ModelConfig? Config { get; init; }

    /// <summary>What is freed with it.</summary>
    public IReadOnlyList<IDisposable> Owned { get; init; } = [];

    /// <summary>Prompt tokens that were not read again so far.</summary>
    public Func<long> TokensSaved { get; init; } = () => 0;

    /// <summary>Samples text, a token of all responses at a step; null where the source cannot.</summary>
    public CausalLanguageModel? Decoder { get; init; }

    /// <summary>Samples text for one request after another, where there is no decoder; null: nothing does.</summary>
    public ITextGenerator? Generator { get; init; }

    /// <summary>The model's own end-of-sequence ids.</summary>
    public IReadOnlyList<int> EndOfSequenceIds { get; init; } = [];

    public bool IsClassifier => Classify is not null;

    /// <summary>Whether the score head judges the steps of responses.</summary>
    public bool JudgesSteps => JudgedSteps is not null;

    /// <summary>Where that head wants responses cut; null: there is none.</summary>
    public StepSplit? JudgedSteps { get; init; }

    public ModelLimits Limits => Reference is null
        ? ModelLimits.Of(Traces)
        : ModelLimits.Of(Traces).Within(ModelLimits.Of(Reference));

    /// <exception cref="InputException">The folder has no tokenizer.</exception>
    public Tokenizer RequireTokenizer() => Tokenizer
        ?? throw new InputException(
            $"{Name} has no tokenizer.json: give ids (\"prompt_ids\", \"response_ids\") instead of text.");

    /// <summary>
    /// Whatever ends a turn ends a response: the template's end-of-turn token and the config's and tokenizer's end-of-sequence
    /// ids.
    /// </summary>
    public IReadOnlySet<int> StopIds => _stopIds ??= FindStopIds();

    /// <summary>What tokens are called.</summary>
    public TokenNames Names => _names ??= new TokenNames(Tokenizer);

    /// <summary>How text becomes this model's ids.</summary>
    /// <exception cref="InputException">There is no tokenizer, or no template where one is needed.</exception>
    public ChatFormat Format(ChatFormatOptions options)
    {
        if (options is not { System: null, Variables: null, ChatTemplate: null }) return Make(options);
        return options.Raw ? _raw ??= Make(options) : _chat ??= Make(options);
    }

    /// <summary>What lets the assistant begin; empty where nothing does.</summary>
    public string GenerationPrompt => Raw || Template is null || Tokenizer is null
        ? ""
        : _generationPrompt ??= Format(new ChatFormatOptions()).GenerationPrompt;

    private IReadOnlySet<int> FindStopIds()
    {
        IReadOnlyList<int> ends = EndOfSequenceIds;
        return Tokenizer is null
            ? ends.ToHashSet()
            : Format(new ChatFormatOptions { Raw = Raw || Template is null }).StopIds(ends);
    }

    // The end of a turn is found by rendering the template: once, not for every request.
    private ChatFormat Make(ChatFormatOptions options)
    {
        ChatFormat format = new ChatFormat(RequireTokenizer(), Template, options, Name).Judging(JudgedSteps);
        _ = format.EndOfTurnId;
        return format;
    }

    /// <summary>Another request uses the model; false where it is gone already.</summary>
    public bool TryLease()
    {
        lock (_lock)
        {
            if (_leases == 0) return false;
            _leases++;
            return true;
        }
    }

    /// <summary>Another hold of one who has one.</summary>
    public ModelLease Lease() => TryLease() ? new ModelLease(this) : throw new ObjectDisposedException(nameof(ServedModel));

    /// <summary>A request is done with the model, or the server is.</summary>
    public void Release()
    {
        lock (_lock)
        {
            if (--_leases > 0) return;
        }

        Dispose();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed) return;
            _disposed = true;
        }

        foreach (IDisposable owned in Owned) owned.Dispose();
    }
}
