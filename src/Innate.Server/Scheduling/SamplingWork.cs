using Innate.Generation;
using Innate.Server.Models;

namespace Innate.Server.Scheduling;

/// <summary>Responses to be sampled.</summary>
internal sealed class SamplingWork(ServedModel model, DecodingJob job)
    : Work(model, job.Prompts.Count * job.ResponsesPerPrompt, job.Prompts.Sum(p => p.Length))
{
    private readonly TaskCompletionSource<GeneratedResponse[][]> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DecodingJob Job { get; } = job;

    public Task<GeneratedResponse[][]> Done => _done.Task;

    public override bool IsWanted => !_done.Task.IsCompleted;

    public void Complete() => _done.TrySetResult(Job.Results);

    public override void Cancel(CancellationToken cancellation) => _done.TrySetCanceled(cancellation);

    public override void Fail(Exception exception) => _done.TrySetException(exception);
}
