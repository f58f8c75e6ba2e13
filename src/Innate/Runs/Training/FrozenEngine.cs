using Innate.Engines;
using Innate.Learning;
using Innate.Models;
using Innate.Sessions;
using Innate.Text;
using Innate.Traces;

namespace Innate.Runs.Training;

/// <summary>The frozen model of reinforcement learning where llama.cpp runs it, beside the policy that learns here.</summary>
internal sealed class FrozenEngine : IDisposable
{
    private readonly ReinforcementSettings _settings;
    private readonly ModelSession _session;

    private FrozenEngine(ReinforcementSettings settings, ModelSession session) => (_settings, _session) = (settings, session);

    /// <summary>The file's every byte and the engine: what decides its numbers, but for their last digits.</summary>
    public string Id
    {
        get
        {
            ModelFingerprint fingerprint = _session.Fingerprint(raw: true);
            return $"{fingerprint.Weights} {fingerprint.Engine}";
        }
    }

    /// <summary>Finds the file; its weights are loaded when its traces are first asked for.</summary>
    /// <param name="settings">The run.</param>
    /// <param name="open">Opens a model.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Null: this library runs the frozen model, or there is none.</returns>
    /// <exception cref="InputException">No GGUF file, or settings that do not go with the engine.</exception>
    public static FrozenEngine? Open(
        ReinforcementSettings settings, Func<ModelSource, CancellationToken, ModelSession> open, CancellationToken cancellation)
    {
        if (settings.RewardEngine is null) return null;
        ModelSource source = new()
        {
            Model = settings.RewardModel,
            Threads = settings.Model.Threads,
            LlamaCpp = settings.RewardEngine,
            InProcess = settings.Model.InProcess,
        };
        return new FrozenEngine(settings, open(source, cancellation));
    }

    /// <summary>Refuses a file of other tokens, which would give numbers without meaning, or too small a context.</summary>
    /// <param name="policy">The model that learns.</param>
    /// <param name="longest">The longest prompt with its response, in tokens.</param>
    /// <exception cref="InputException">Names the setting at fault.</exception>
    public void Require(ModelSession policy, int longest)
    {
        int vocabulary = _session.Traces.VocabularySize, expected = policy.Config!.VocabularySize;
        if (vocabulary != expected)
        {
            throw new InputException(
                nameof(_settings.RewardModel), $"a file with a vocabulary of {expected} as the model has",
                $"{_settings.RewardModel} with one of {vocabulary}");
        }

        RequireSameTokens(policy.Tokenizer, vocabulary);
        int context = _session.Traces.MaxPositions;
        if (longest <= context) return;
        throw context < _settings.RewardEngine!.Context
            ? new InputException(
                nameof(_settings.RewardModel), $"a context for prompts and responses of up to {longest} tokens",
                $"{_settings.RewardModel} with one of {context}")
            : new InputException(
                nameof(LlamaCppSettings.Context), $"at least {longest}, the longest prompt and {{MaxResponseTokens}} after it",
                $"{context}");
    }

    /// <summary>The frozen model's traces.</summary>
    /// <param name="queries">Prompts with their responses.</param>
    /// <param name="cancellation">Stops between passes.</param>
    /// <exception cref="TrainingInterruptedException">The engine gave up: nothing is wrong with the policy's weights.</exception>
    public IReadOnlyList<TokenTrace[]> Trace(IReadOnlyList<TraceQuery> queries, CancellationToken cancellation)
    {
        try
        {
            return _session.Traces.Trace(queries, _settings.Recipe.Alpha, cancellation);
        }
        catch (EngineException e)
        {
            throw new TrainingInterruptedException(e.Message.TrimEnd('.'), e);
        }
    }

    public void Dispose() => _session.Dispose();

    // Where the engine alone knows how the file cuts text, its words for tokens are not ours to compare.
    private void RequireSameTokens(Tokenizer policy, int vocabulary)
    {
        if (_session.TokenizerIsEngines) return;
        Tokenizer its = _session.Tokenizer;
        for (int id = 0; id < vocabulary; id++)
        {
            if (policy.IdToToken(id) is not { } ours || its.IdToToken(id) is not { } theirs || ours == theirs) continue;
            throw new InputException(
                nameof(_settings.RewardModel), $"a file with the model's own tokens, '{ours}' as number {id}",
                $"{_settings.RewardModel} with '{theirs}'");
        }
    }
}
