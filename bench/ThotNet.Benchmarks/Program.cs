using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using ThotNet.Benchmarks;

// A short job in this process, so that all of them end in a minute or two; --job and the other options of BenchmarkDotNet ask for more.
var config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).AsDefault());
return BenchmarkSwitcher.FromAssembly(typeof(BudgetBenchmarks).Assembly).Run(args, config).Any() ? 0 : 1;
