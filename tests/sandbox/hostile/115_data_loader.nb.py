"""115. Honest, and permitted processes: a DataLoader with two workers, a pool and a queue.

permits: processes = true
expect: double passed, total passed
prints: batches [28.0, 92.0, 156.0, 220.0] squares [0, 1, 4, 9] queued tensor([1., 2.])
"""

# %%
import multiprocessing
import torch
from torch.utils.data import DataLoader, Dataset


class Numbers(Dataset):
    def __len__(self):
        return 32

    def __getitem__(self, index):
        return torch.full((1,), float(index)), index


def batches():
    return [x.sum().item() for x, _ in DataLoader(Numbers(), batch_size=8, num_workers=2)]


def square(x):
    return x * x


def put(queue):
    queue.put(torch.tensor([1.0, 2.0]))


with multiprocessing.Pool(2) as pool:
    squares = pool.map(square, range(4))
queue = multiprocessing.Queue()
process = multiprocessing.Process(target=put, args=(queue,))
process.start()
queued = queue.get()
process.join()
print("batches", batches(), "squares", squares, "queued", queued)


# %%
def double(x):
    assert len(batches()) == 4
    return 2 * x


def total(x):
    return x.sum()
