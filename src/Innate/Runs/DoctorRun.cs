using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Innate.Checkpoints.Hub;
using Innate.Compute.Simd;
using Innate.Models;
using Innate.Rewards;
using Innate.Rows;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs;

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">What, for scripts: <c>processor</c>, <c>memory</c>, <c>cache</c>, <c>model</c>, <c>score</c>, ...</param>
/// <param name="Text">What was found.</param>
public sealed record DoctorFinding(string Name, string Text)
{
    /// <summary>What to do about it, in a sentence; null: all is well.</summary>
    public string? Advice { get; init; }

    /// <summary>Whether work fails because of it, rather than being slow.</summary>
    public bool IsFault { get; init; }
}

/// <summary>Looks at what Innate stands on: the processor, memory, the cache, and a model, which scores one small pair.</summary>
/// <param name="model">The model to be tried.</param>
public sealed class DoctorRun(ModelSource model) : Run<IReadOnlyList<DoctorFinding>>
{
    private const double Gibi = 1024.0 * 1024 * 1024;
    private static readonly TimeSpan ServerPatience = TimeSpan.FromSeconds(5);

    /// <summary>A server of rewards that is asked in place of looking here, such as http://127.0.0.1:8080; null: none.</summary>
    public Uri? Server { get; init; }

    /// <inheritdoc/>
    /// <remarks>What is wrong is a finding, and thrown by nothing but a cancellation.</remarks>
    public override IReadOnlyList<DoctorFinding> Execute(
        IProgress<RunEvent>? events = null, CancellationToken cancellation = default) =>
        Server is { } server ? [Version(), Asked(server, cancellation)]
            : [Version(), Processor(), Memory(), Cache(HubCache.FromEnvironment()), .. Model(cancellation)];

    private static DoctorFinding Version()
    {
        return new DoctorFinding(
            "version", $"Innate {ModelFingerprint.Version}, .NET {Environment.Version}, {RuntimeInformation.RuntimeIdentifier}");
    }

    private static DoctorFinding Asked(Uri server, CancellationToken cancellation)
    {
        const string name = "server";
        try
        {
            using HttpClient client = new() { Timeout = ServerPatience };
            using HttpRequestMessage request = new(HttpMethod.Get, new Uri($"{server.AbsoluteUri.TrimEnd('/')}/health"));
            using HttpResponseMessage answer = client.Send(request, cancellation);
            using StreamReader body = new(answer.Content.ReadAsStream(cancellation));
            bool isOurs = body.ReadToEnd().Contains("\"status\":\"ok\"", StringComparison.Ordinal);
            if (answer.IsSuccessStatusCode && isOurs) return new DoctorFinding(name, $"{server} is well");
            return new DoctorFinding(name, $"{server}")
            {
                Advice = $"It answers {(int)answer.StatusCode} at /health: it is stopping, or is no server of Innate's.",
                IsFault = true,
            };
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return new DoctorFinding(name, $"{server}")
            {
                Advice = "Nothing answers there: start it (innate serve), or mend the address.", IsFault = true,
            };
        }
    }

    private static DoctorFinding Processor()
    {
        string cores = Environment.ProcessorCount == 1 ? "1 core" : $"{Environment.ProcessorCount} cores";
        try
        {
            SimdPath path = SimdPaths.Choose();
            string others = string.Join(", ", SimdPaths.Supported.Where(p => p != path));
            bool isSlow = path == SimdPath.Portable && RuntimeInformation.ProcessArchitecture != Architecture.Arm64;
            return new DoctorFinding("processor", $"{cores}, {path}{(others.Length > 0 ? $" (also {others})" : "")}")
            {
                Advice = !isSlow ? null : SimdPaths.Supported.Count > 1
                    ? $"{SimdPaths.EnvironmentVariable} chooses the slowest instructions: unset it."
                    : "There is no AVX2 here: the same bits, several times slower.",
            };
        }
        catch (InputException e)
        {
            return new DoctorFinding("processor", cores) { Advice = e.Message, IsFault = true };
        }
    }

    private static DoctorFinding Memory()
    {
        double total = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Gibi;

        // Q8_0 takes 1.06 bytes a weight; a quarter is left to activations, keys and values.
        double billions = 0.75 * total / 1.06 * Gibi / 1e9;
        return new DoctorFinding("memory", string.Create(
            CultureInfo.InvariantCulture,
            $"{total:0.0} GiB for this process: models of up to about {billions:0.0} B weights as Q8_0"))
        {
            Advice = total < 1 ? "Little memory: small models and --batch-tokens of 1024 or less will do." : null,
        };
    }

    private static DoctorFinding Cache(HubCache cache)
    {
        try
        {
            if (!Directory.Exists(cache.Root))
            {
                return new DoctorFinding("cache", $"{cache.Root}: nothing yet; `innate pull` makes it");
            }

            int models = Directory.EnumerateDirectories(cache.Root, "models--*").Count();
            long bytes = new DirectoryInfo(cache.Root)
                .EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true })
                .Where(f => f.LinkTarget is null).Sum(f => f.Length);
            return new DoctorFinding("cache", string.Create(
                CultureInfo.InvariantCulture,
                $"{cache.Root}: {(models == 1 ? "1 model" : $"{models} models")}, {bytes / Gibi:0.00} GiB"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new DoctorFinding("cache", cache.Root)
            {
                Advice = $"It cannot be read ({e.Message.TrimEnd('.')}): set HF_HUB_CACHE to a folder of yours.", IsFault = true,
            };
        }
    }

    private DoctorFinding[] Model(CancellationToken cancellation)
    {
        try
        {
            using ModelSession session = OpenModel(model, cancellation);
            DoctorFinding found = new("model", session.Title);

            // A head that judges steps, or beside a reference, has nothing to say of two plain answers.
            return session.IsClassifier && session.Head != HeadKind.Score ? [found] : [found, Scored(session, cancellation)];
        }
        catch (Exception e) when (e is InputException or IOException or UnauthorizedAccessException)
        {
            return
            [
                new DoctorFinding("model", model.Model ?? "the model inside")
                {
                    Advice = $"{e.Message.TrimEnd('.')}.", IsFault = true,
                },
            ];
        }
    }

    // A small pair, once to warm up and once by the clock.
    private DoctorFinding Scored(ModelSession session, CancellationToken cancellation)
    {
        const string prompt = "What is 47 + 85?";
        string[] responses = ["132", "122"];
        TraceQuery query = TraceQuery.Of(session.Format(new ChatFormatOptions()), prompt, responses, session.IsClassifier);
        Row row = new(
            1, default, new RowPrompt { Text = prompt }, [.. responses.Select(r => new RowResponse(r, null))],
            ResponseShape.Many);
        PreparedRow[] rows = [new PreparedRow(1, 0) { Row = row, Encoded = new EncodedRow(query) }];
        RewardKind kind = session.IsClassifier ? RewardKind.Classifier : RewardKind.Endogenous;
        RowScorer scorer = RowScorer.Of(session, null, kind, new RewardOptions());
        scorer.Score(rows, cancellation);
        long began = Stopwatch.GetTimestamp();
        ScoredResponse[] scored = scorer.Score(rows, cancellation)[0].Scored
            ?? throw new InputException("the model scored nothing of a small pair.");
        double milliseconds = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        bool isRight = scored[0].Reward.Value > scored[1].Reward.Value;
        return new DoctorFinding("score", string.Create(
            CultureInfo.InvariantCulture,
            $"47 + 85 = 132 {(isRight ? "above" : "below")} 122, in {milliseconds:0} ms"))
        {
            Advice = isRight || model.Model is not null ? null
                : "The model inside prefers the wrong answer: its files are damaged; install Innate anew.",
            IsFault = !isRight && model.Model is null,
        };
    }
}
